// Every code has a sentence, and no two facts have the same one. The compiler asks for a sample of each code that is added.

import { expect, test } from 'vitest';
import type { CannotRun, DeedBeyondTheLog, EngineDisagreement, HiddenPart } from '../../src/cpu/cannot-run.ts';
import type { Caveat } from '../../src/cpu/cpu.ts';
import type { StackRemark } from '../../src/explanation/finding.ts';
import type { Annotations } from '../../src/frontends/annotations.ts';
import { zoneText } from '../../src/frontends/wording/address.ts';
import { assumptionText } from '../../src/frontends/wording/assumption.ts';
import { cannotRunText } from '../../src/frontends/wording/cannot-run.ts';
import { CAVEATS } from '../../src/frontends/wording/caveat.ts';
import { CHECK_TITLES, checkNoteText, checkValues } from '../../src/frontends/wording/check.ts';
import { faultText } from '../../src/frontends/wording/fault.ts';
import { faultCauseText } from '../../src/frontends/wording/fault-cause.ts';
import { inferenceReason, inferenceText } from '../../src/frontends/wording/inference.ts';
import { MARKERS } from '../../src/frontends/wording/marker.ts';
import { proofFailureText } from '../../src/frontends/wording/proof-failure.ts';
import { stackRemarkText } from '../../src/frontends/wording/stack-remark.ts';
import { startText } from '../../src/frontends/wording/start-reason.ts';
import { stopLines } from '../../src/frontends/wording/stop.ts';
import { remedyText, verdictReasonText } from '../../src/frontends/wording/verdict-reason.ts';
import type { MemoryAccess } from '../../src/machine/access.ts';
import type { FaultCause } from '../../src/machine/fault-cause.ts';
import type { PageFault } from '../../src/machine/faults.ts';
import { linearAddress, u32 } from '../../src/machine/u32.ts';
import { layoutOf } from '../../src/machine/zones.ts';
import type { StartReason } from '../../src/reconstruction/lead-up.ts';
import type { ProofFailure } from '../../src/reconstruction/proof-failure.ts';
import type { Assumption, RegisterDoubt } from '../../src/replay/assumption.ts';
import type { Check } from '../../src/replay/check.ts';
import type { VerdictReason } from '../../src/replay/verdict-reason.ts';
import type { DebugTarget } from '../../src/session/debug-target.ts';
import type { Inference } from '../../src/snapshot/inference.ts';
import type { DumpCause } from '../../src/snapshot/snapshot.ts';

type Coded = { readonly code: string };
/** A sample of every member of a union, by its code. */
type Samples<Union extends Coded> = { readonly [Code in Union['code']]: Omit<Extract<Union, { code: Code }>, 'code'> };

function sentences<Union extends Coded>(
  samples: Samples<Union>,
  words: (fact: Union) => string,
): readonly (readonly [string, string])[] {
  return Object.entries<object>(samples).map(([code, facts]) => [code, words({ code, ...facts } as Union)]);
}

function expectSentences(found: readonly (readonly [string, string])[]): void {
  for (const [code, text] of found) {
    expect(text, code).toMatch(/^\S.*\S$/);
    expect(text, code).not.toMatch(/undefined\b(?! (on|in))|\[object|NaN| {2}|\.$/);
  }
  const texts = found.map(([, text]) => text);
  expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
}

const ADDRESS = linearAddress(u32(0), u32(0xf5a0c000));
const READS: readonly MemoryAccess[] = [{ access: 'read', linearAddress: ADDRESS, size: 4 }];

const CAUSES: Samples<FaultCause> = {
  'no-instruction': {},
  'no-instruction-or-not-lockable': {},
  'instruction-too-long': { longest: 15 },
  'undefined-on-purpose': { mnemonic: 'ud2' },
  int3: {},
  int1: {},
  'into-with-overflow': {},
  'software-interrupt': { vector: 3 },
  'gate-not-open-to-user': { vector: 8 },
  'undefined-in-user-mode': { mnemonic: 'getsec' },
  'io-privilege': { mnemonic: 'cli', iopl: 0 },
  'privileged-in-user-mode': { mnemonic: 'hlt' },
  'null-selector-used': { segment: 'gs' },
  'code-segment-written': {},
  'past-segment-limit': { segment: 'ds', size: 4 },
  'operand-misaligned': { alignment: 16 },
  'alignment-checked': { alignment: 4 },
  'out-of-bounds': { register: 'ecx', value: 9, lower: 0, upper: 8 },
  'division-by-zero': {},
  'aam-by-zero': {},
  'quotient-too-large': { width: 32, signed: false },
  'mxcsr-reserved-bits': {},
  'null-selector-loaded': { segment: 'ss' },
  'selector-beyond-table': { selector: 0x8000 },
  'return-gains-privilege': { selector: 0x60 },
  'selector-not-loadable': {},
  'descriptor-not-present': {},
  'stack-descriptor-not-present': { selector: 0x68 },
  'bad-task-state': { selector: 0x80 },
  'descriptor-of-another-type': {},
  'no-linked-task': {},
  'linked-task-not-present': {},
  'system-call-of-other-maker': {},
  'no-entry-point': {},
  'sysret-in-64-bit-mode-only': {},
  'model-specific-register-refused': {},
  'state-refused': {},
  'register-value-refused': {},
  'no-such-register': {},
  'x87-exception-pending': {},
  'simd-exception-unmasked': {},
  'no-x87-unit': {},
  'unit-of-another-task': {},
  'task-switched': {},
  'task-switched-or-no-unit': {},
  'task-switched-and-monitored': {},
  'debug-registers': {},
  'split-lock': {},
  'frame-on-missing-stack': {},
};

test('causes of faults', () => {
  const named: readonly FaultCause[] = [
    { code: 'selector-not-loadable', selector: 0x23 },
    { code: 'descriptor-not-present', selector: 0x23 },
    { code: 'quotient-too-large', width: 32, signed: true },
  ];
  expectSentences([
    ...sentences(CAUSES, faultCauseText),
    ...named.map((cause) => [cause.code, faultCauseText(cause)] as const),
  ]);
});

const CANNOT_RUN: Samples<CannotRun> = {
  'virtual-8086-mode': {},
  'iret-to-virtual-8086-mode': {},
  'not-in-the-engine': { mnemonic: 'vaddps' },
  'accesses-not-planned': { mnemonic: 'vgatherdps', because: 'vector-addresses' },
  'engine-disagrees': { mnemonic: 'mov', found: { kind: 'completed' } },
  'processors-differ': { mnemonic: 'push', difference: 'pushed-selector' },
  'exception-undetermined': { mnemonic: 'fxsave' },
  'wraps-past-the-end': { mnemonic: 'add' },
  'source-overwritten': { mnemonic: 'phaddw' },
  'processor-dependent': { mnemonic: 'bswap' },
  'x87-stack-range': { mnemonic: 'fld' },
  'hidden-state': { mnemonic: 'addps', state: { kind: 'register', register: 'xmm0' } },
  'beyond-the-log': { mnemonic: 'in', deed: 'reads-port' },
  'selector-not-in-the-log': { selector: 0x23 },
  'order-of-selector-check': { mnemonic: 'retf' },
  'interrupt-flag-of-a-guest': { mnemonic: 'cli' },
  'return-to-linked-task': {},
};
const DEEDS: Readonly<Record<DeedBeyondTheLog, true>> = {
  'reads-port': true,
  'writes-port': true,
  'enters-kernel': true,
  'makes-system-call': true,
  'leaves-kernel': true,
  'waits-for-interrupt': true,
  'identifies-processor': true,
  'reads-clock': true,
  'uses-model-specific-register': true,
  'loads-descriptor': true,
  'changes-machine-state': true,
  'reads-machine-state': true,
  'asks-descriptor-table': true,
  'acts-on-caches': true,
  'uses-transactions': true,
  'uses-control-register': true,
};
const FOUND: { readonly [Kind in EngineDisagreement['kind']]: Extract<EngineDisagreement, { kind: Kind }> } = {
  completed: { kind: 'completed' },
  'access-violation': { kind: 'access-violation', access: 'read', linearAddress: ADDRESS, size: 4, mapped: false },
  interrupt: { kind: 'interrupt', vector: 13, eip: ADDRESS },
  'invalid-instruction': { kind: 'invalid-instruction' },
  halted: { kind: 'halted' },
  'engine-failure': { kind: 'engine-failure', message: 'it gave up' },
  'unplanned-access': { kind: 'unplanned-access', access: 'read', linearAddress: ADDRESS, size: 4 },
  'other-length': { kind: 'other-length', next: ADDRESS },
};
const HIDDEN: { readonly [Kind in HiddenPart['kind']]: true } = {
  register: true,
  'x87-and-sse': true,
  x87: true,
  'rounding-mode': true,
  mxcsr: true,
  'unmasked-operands': true,
};

test('reasons why an instruction is not run', () => {
  const mnemonic = 'mov';
  const variants: readonly CannotRun[] = [
    { code: 'accesses-not-planned', mnemonic, because: 'mask' },
    ...Object.values(FOUND).map((found) => ({ code: 'engine-disagrees' as const, mnemonic: 'lea', found })),
    ...(Object.keys(HIDDEN) as HiddenPart['kind'][]).map((kind) => ({
      code: 'hidden-state' as const,
      mnemonic,
      state: kind === 'register' ? { kind, register: 'mm1' } : { kind },
    })),
    ...(Object.keys(DEEDS) as DeedBeyondTheLog[]).map((deed) => ({ code: 'beyond-the-log' as const, mnemonic, deed })),
  ];
  expectSentences([
    ...sentences(CANNOT_RUN, cannotRunText),
    ...variants.map((reason) => [reason.code, cannotRunText(reason)] as const),
  ]);
});

const REASONS: Samples<VerdictReason> = {
  warning: {},
  'register-dump': {},
  panic: {},
  'panic-without-registers': {},
  'user-line-alone': {},
  'no-code': {},
  'code-unreadable': { words: 'Bad EIP value.' },
  'no-eip-mark': {},
  'code-ends-before-eip': {},
  'code-ends-inside-instruction': {},
  'no-registers': {},
  'registers-missing': { registers: ['eax', 'ecx'] },
  'segment-base-unknown': { segment: 'fs' },
  'fault-address-ambiguous': { addresses: [ADDRESS] },
  'fault-address-and-segment-base-unknown': { segment: 'fs' },
  'exception-not-named': { accesses: READS },
  'nothing-to-compare': {},
  'instruction-not-run': { reason: { code: 'virtual-8086-mode' } },
  'checks-failed': { checks: ['exception'] },
  'completes-without-fault': { accesses: READS, faultAddress: ADDRESS },
};
const DUMPS: Readonly<Record<DumpCause, true>> = {
  'soft-lockup': true,
  'hard-lockup': true,
  'rcu-stall': true,
  'nmi-backtrace': true,
  sysrq: true,
};

test('reasons of verdicts', () => {
  const variants: readonly VerdictReason[] = [
    { code: 'exception-not-named', accesses: [] },
    { code: 'completes-without-fault' },
    { code: 'completes-without-fault', accesses: [] },
    { code: 'completes-without-fault', accesses: READS },
    ...(Object.keys(DUMPS) as DumpCause[]).map((cause) => ({ code: 'register-dump' as const, cause })),
  ];
  expectSentences([
    ...sentences(REASONS, verdictReasonText),
    ...variants.map((reason) => [reason.code, verdictReasonText(reason)] as const),
  ]);
  const remedies = sentences<VerdictReason>(REASONS, (reason) => remedyText(reason) ?? 'nothing');
  for (const [, text] of remedies) expect(text).toMatch(/^\S.*\S$/);
});

const DOUBTS: Samples<RegisterDoubt> = {
  'index-taken-as-zero': { index: 'ecx' },
  'operand-may-start-earlier': {},
  'top-bits-open': {},
};
const ASSUMPTIONS: Samples<Assumption> = {
  'fault-address-inferred': { kind: 'page-state', address: ADDRESS, of: 'operand' },
  'fault-supposed': { kind: 'page-state', address: ADDRESS, because: 'first-page' },
  'page-taken-as-not-present': { kind: 'page-state', address: ADDRESS },
  'stack-page-taken-as-not-present': { kind: 'page-state', page: ADDRESS, esp: ADDRESS },
  'unknown-bytes-as-zero': { kind: 'absent-memory', reads: READS },
  'unknown-bytes-as-selector': { kind: 'absent-memory', reads: READS, selector: u32(0x60) },
  'segment-base-from-fault-address': { kind: 'segment-base', segment: 'fs', base: ADDRESS },
  'segment-base-without-effect': { kind: 'segment-base', segment: 'fs' },
  'maker-taken': {
    kind: 'processor-state',
    maker: 'intel',
    why: { code: 'processors-differ', mnemonic: 'push', difference: 'pushed-selector' },
  },
  'emulated-machine': { kind: 'processor-state' },
  'state-for-exception': { kind: 'processor-state', trap: { kind: 'debug', cause: { code: 'debug-registers' } } },
  'processor-caveat': { kind: 'processor-state', caveat: 'order-of-accesses' },
  'register-from-fault-address': { kind: 'register', register: 'eax', value: ADDRESS, doubts: [] },
};

test('assumptions', () => {
  const doubts = (Object.keys(DOUBTS) as RegisterDoubt['code'][]).map(
    (code) => ({ code, ...DOUBTS[code] }) as RegisterDoubt,
  );
  const doubtful = doubts.map((doubt) => {
    const register = { kind: 'register', register: 'eax', value: ADDRESS, doubts: [doubt] } as const;
    return [doubt.code, assumptionText({ code: 'register-from-fault-address', ...register })] as const;
  });
  expectSentences([...sentences(ASSUMPTIONS, assumptionText), ...doubtful]);
  const caveats: Readonly<Record<Caveat, string>> = CAVEATS;
  expectSentences(Object.entries(caveats));
});

const CHECKS: { readonly [Name in Check['name']]: Extract<Check, { name: Name }> } = {
  exception: { name: 'exception', expected: 14, actual: 13, passed: false },
  'instruction-address': { name: 'instruction-address', expected: ADDRESS, actual: u32(0), passed: false },
  'fault-address': { name: 'fault-address', expected: ADDRESS, actual: u32(1), passed: false },
  'access-kind': { name: 'access-kind', expected: 'read', actual: 'write', passed: false },
  privilege: { name: 'privilege', expected: 'kernel', actual: 'user', passed: false },
  'error-code': { name: 'error-code', expected: u32(0), actual: u32(2), passed: false },
  headline: { name: 'headline', expected: 'first-page', actual: 'beyond-first-page', passed: false },
};

test('checks', () => {
  expectSentences(Object.entries(CHECK_TITLES));
  for (const check of Object.values(CHECKS)) {
    const { expected, actual } = checkValues(check);
    expect(expected, check.name).not.toBe(actual);
    expect(`${expected} ${actual}`).toMatch(/^[\w# ]+$/);
  }
  expect(checkValues({ name: 'exception', expected: 32, actual: 14, passed: false })).toEqual({
    expected: 'vector 32',
    actual: '#PF',
  });
  expect(checkNoteText('operand-computed-from-it')).toMatch(/computed/);
});

const INFERENCES: Readonly<Record<Inference, true>> = {
  'bug-without-die-line': true,
  'bug-at-undefined-opcode': true,
  'warning-at-undefined-opcode': true,
  'undefined-opcode-at-eip': true,
  'closing-cr2-line': true,
  'address-of-closing-cr2-line': true,
  'privilege-of-cs': true,
  'privilege-of-ss': true,
  'line-for-user-programs': true,
  'mode-bit-of-error-code': true,
  'low-half-of-error-code': true,
  'bytes-after-ud2': true,
  'printed-stack-page': true,
};

test('inferences', () => {
  const codes = Object.keys(INFERENCES) as Inference[];
  expectSentences(codes.map((code) => [code, inferenceText(code)]));
  for (const code of codes) expect(inferenceText(code).startsWith(inferenceReason(code))).toBe(true);
});

const START_REASONS: Readonly<Record<StartReason, true>> = {
  'window-start': true,
  'entered-from-outside': true,
  'no-way-fits': true,
  'callee-lost-registers': true,
  'step-limit': true,
  'doubtful-limit': true,
  'search-budget': true,
  'not-provable': true,
  'no-code': true,
};
const REMARKS: { readonly [Kind in StackRemark['kind']]: Extract<StackRemark, { kind: Kind }> } = {
  'return-address': { kind: 'return-address', reliable: true },
  'saved-frame-pointer': { kind: 'saved-frame-pointer', frame: 2 },
  'equals-register': { kind: 'equals-register', register: 'eax' },
  'near-register': { kind: 'near-register', register: 'eax', distance: 4 },
};

test('starts of lead-ups, remarks on the stack, poison values and zones', () => {
  expectSentences((Object.keys(START_REASONS) as StartReason[]).map((reason) => [reason, startText(reason, 'here')]));
  expectSentences(Object.values(REMARKS).map((remark) => [remark.kind, stackRemarkText(remark)]));
  expectSentences(Object.entries(MARKERS));
  const layout = layoutOf({ kernel: [], modules: [], lowmem: [u32(0xc1000000)] });
  const addresses = [0x10, 0x8048000, 0xc0100000, 0xc2000000, 0xf9000000, 0xff800000, 0xfffffff2].map(u32);
  expectSentences(addresses.map((address) => [String(address), zoneText(address, layout)]));
});

test('a fault is worded once: the reason of a page fault, and where an access that crosses into the bad page fails', () => {
  const fault = (errorCode: number, access: MemoryAccess['access'] = 'read', at = ADDRESS): PageFault => ({
    kind: 'page-fault',
    eip: ADDRESS,
    linearAddress: at,
    access: { access, linearAddress: ADDRESS, size: 4 },
    errorCode: u32(errorCode),
  });
  const faults = {
    missing: fault(0),
    protected: fault(3, 'write'),
    user: fault(5),
    reserved: fault(9),
    fetched: fault(0x11, 'execute'),
    crossing: fault(0, 'read', linearAddress(ADDRESS, u32(2))),
  };
  expectSentences(Object.entries(faults).map(([name, sample]) => [name, faultText(sample)]));
  expect(stopLines({ kind: 'fault', fault: faults.reserved }, {} as DebugTarget, {} as Annotations)).toEqual([
    `✗ ${faultText(faults.reserved)}`,
  ]);
});

const PROOF_FAILURES: Samples<ProofFailure> = {
  'no-step': {},
  'no-witness': {},
  'run-too-long': {},
  'other-way': {},
  'early-fault': { fault: 'page-fault' },
  'unknown-memory': {},
  'not-run': { outcome: 'unsupported' },
  'register-differs': { register: 'esi' },
  'flags-differ': {},
  'no-fault': {},
  'other-fault': {},
  'other-address': {},
};

test('why a lead-up is not proved', () => {
  const segment: ProofFailure = { code: 'not-run', outcome: 'unknown-segment-base' };
  expectSentences([...sentences(PROOF_FAILURES, proofFailureText), [segment.code, proofFailureText(segment)]]);
});
