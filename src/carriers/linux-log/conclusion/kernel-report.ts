// A collected kernel report as a snapshot: for each field the best of the facts, and a diagnostic where they disagree.

import { VECTORS } from '../../../machine/faults.ts';
import { decodePageFaultErrorCode } from '../../../machine/page-fault-error-code.ts';
import { GENERAL_REGISTERS, privilegeLevel } from '../../../machine/registers.ts';
import type { U32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { firstLineOf, type LineEvidence } from '../../../snapshot/evidence.ts';
import { codeWindowOf } from '../../../snapshot/memory.ts';
import type {
  InterruptedContext,
  KernelIdentity,
  ModuleReference,
  PageTableEntries,
  ReportKind,
  Snapshot,
  Sourced,
  SymbolReference,
  TaskIdentity,
} from '../../../snapshot/snapshot.ts';
import type { EipSource, Fact, IdentityValues } from '../assembly/fact.ts';
import { firstFact, hasRegisters, type PlacedFact, type ReportDraft } from '../assembly/report-draft.ts';
import { LINUX_LOG } from '../carrier-name.ts';
import { evidenceOf } from '../decorations/log-line.ts';
import { traceOf } from './call-trace.ts';
import { codeWindow } from './code-window.ts';
import { conflict } from './conflict.ts';
import { addressClaim, dumpCauseOf } from './headline-words.ts';
import { span } from './span.ts';
import { stackOf } from './stack-dump.ts';
import { trapReport } from './trap-report.ts';

const EIP_SOURCES: readonly EipSource[] = ['block', 'closing', 'ip-line', 'printing-eip', 'elsewhere'];

/** First value of each name in facts of one kind, with a diagnostic where the same block gives another one. */
function byName<Name extends string, Value extends number>(
  facts: readonly PlacedFact[] | undefined,
  diagnostics: Diagnostic[],
): Partial<Record<Name, Sourced<Value>>> {
  const found: Partial<Record<Name, Sourced<Value>>> = {};
  for (const placed of facts ?? []) noteNamed(found, placed, diagnostics);
  return found;
}

function noteNamed<Name extends string, Value extends number>(
  found: Partial<Record<Name, Sourced<Value>>>,
  { fact, evidence }: PlacedFact,
  diagnostics: Diagnostic[],
): void {
  if (!('name' in fact)) return;
  const name = fact.name as Name;
  const value = fact.value as Value;
  const known = found[name];
  if (!known) found[name] = { value, evidence };
  else if (known.value !== value) diagnostics.push(conflict(`%${name}`, { value, evidence }, known, 'first'));
}

function eipOf(draft: ReportDraft, diagnostics: Diagnostic[]): Sourced<U32> | undefined {
  const values = EIP_SOURCES.map((source) => firstFact(draft, 'eip', (fact) => fact.source === source)).filter(
    (found) => found !== undefined,
  );
  const [best, ...others] = values.map(({ fact, evidence }) => ({ value: fact.value, evidence }));
  if (!best) return undefined;
  for (const other of others) if (other.value !== best.value) diagnostics.push(conflict('EIP', other, best, 'latter'));
  return best;
}

function symbolOf(draft: ReportDraft): Sourced<SymbolReference> | undefined {
  for (const source of EIP_SOURCES) {
    const found = firstFact(draft, 'symbol', (fact) => fact.source === source);
    if (found) return { value: found.fact.symbol, evidence: found.evidence };
  }
  return undefined;
}

type Identity = { readonly [Field in keyof IdentityValues]?: Sourced<IdentityValues[Field]> };

/** The first value of each field. */
function identityFields(draft: ReportDraft): Identity {
  const found: Record<string, Sourced<unknown>> = {};
  for (const { fact, evidence } of draft.kinds.get('identity') ?? []) {
    if (fact.kind !== 'identity' || found[fact.field]) continue;
    const { field, value, inferred } = fact;
    found[field] = inferred === undefined ? { value, evidence } : { value, evidence, inferred };
  }
  return found as Identity;
}

/** Who was running, and on which kernel. */
function identityOf(draft: ReportDraft): { readonly task: TaskIdentity; readonly kernel: KernelIdentity } {
  const identity = identityFields(draft);
  const options = optionsOf(draft);
  return {
    task: pick(identity, ['comm', 'pid', 'uid', 'cpu', 'taint', 'task', 'threadInfo']),
    kernel: { ...pick(identity, ['release', 'build', 'hardware', 'offset']), ...(options && { options }) },
  };
}

function pageTableOf(draft: ReportDraft): PageTableEntries {
  const entries: { -readonly [Entry in keyof PageTableEntries]: PageTableEntries[Entry] } = {};
  for (const { fact, evidence } of draft.kinds.get('page-table') ?? [])
    if (fact.kind === 'page-table') entries[fact.entry] ??= { value: fact.digits, evidence };
  return entries;
}

function pick<Field extends keyof IdentityValues>(
  identity: Identity,
  fields: readonly Field[],
): { [F in Field]?: Sourced<IdentityValues[F]> } {
  const picked: { [F in Field]?: Sourced<IdentityValues[F]> } = {};
  for (const field of fields) {
    const value = identity[field];
    if (value) picked[field] = value as Sourced<IdentityValues[typeof field]>;
  }
  return picked;
}

/** The blocks inside the trace. Damage in them is not worth a diagnostic: the fault is elsewhere. */
function contextsOf(draft: ReportDraft): InterruptedContext[] {
  return draft.contexts.flatMap((facts) => {
    const evidence = facts.reduce<LineEvidence | undefined>((range, placed) => span(range, placed.evidence), undefined);
    if (!evidence) return [];
    const eip = facts.find(({ fact }) => fact.kind === 'eip');
    const value = eip?.fact.kind === 'eip' ? { value: eip.fact.value, evidence: eip.evidence } : undefined;
    const symbol = facts.find(({ fact }) => fact.kind === 'symbol')?.fact;
    const { code } = codeWindow(facts, value?.value, { eraStartsAtEip: false });
    return {
      registers: {
        ...byName<keyof Snapshot['registers'] & string, U32>(
          facts.filter(({ fact }) => fact.kind === 'register'),
          [],
        ),
        ...(value && { eip: value }),
      },
      segments: byName<keyof Snapshot['segments'] & string, number>(
        facts.filter(({ fact }) => fact.kind === 'segment'),
        [],
      ),
      ...(symbol?.kind === 'symbol' && { symbol: symbol.symbol }),
      ...(code && { code }),
      evidence,
    };
  });
}

function modulesOf(draft: ReportDraft): Sourced<readonly ModuleReference[]> | undefined {
  const modules: ModuleReference[] = [];
  let evidence: LineEvidence | undefined;
  for (const { fact, evidence: at } of draft.kinds.get('modules') ?? []) {
    if (fact.kind !== 'modules') continue;
    for (const module of fact.modules) modules.push(module);
    evidence = span(evidence, at);
  }
  return evidence && { value: modules, evidence };
}

/** The words may stand after the die line and on a line of their own. */
function optionsOf(draft: ReportDraft): KernelIdentity['options'] {
  const options = new Set<string>();
  let range: LineEvidence | undefined;
  for (const { fact, evidence } of draft.kinds.get('identity') ?? []) {
    if (fact.kind !== 'identity' || fact.field !== 'options') continue;
    for (const option of fact.value) options.add(option);
    range = span(range, evidence);
  }
  return range && { value: [...options], evidence: range };
}

function kindOf(draft: ReportDraft): ReportKind {
  const headlines = (draft.kinds.get('headline') ?? []).flatMap(({ fact }) =>
    fact.kind === 'headline' ? [fact.report] : [],
  );
  const first = headlines.find((report) => report !== 'oops') ?? headlines[0];
  if (draft.kinds.has('die') && first === 'register-dump') return 'oops';
  if (first) return first;
  const die = firstFact(draft, 'die');
  if (die) return die.fact.vector === VECTORS['double-fault'] ? 'double-fault' : 'oops';
  if (draft.kinds.has('panic') && !draft.kinds.has('code') && !draft.kinds.has('register')) return 'panic';
  if (draft.kinds.has('panic') && draft.facts[0]?.fact.kind === 'panic') return 'panic';
  const faultShape = ['code', 'closing-eip', 'closing-cr2', 'page-fault', 'page-table', 'end-trace'].some((kind) =>
    draft.kinds.has(kind as Fact['kind']),
  );
  return faultShape || draft.kinds.has('stack-words') ? 'oops' : 'register-dump';
}

function modeOf(
  draft: ReportDraft,
  kind: ReportKind,
  segments: Snapshot['segments'],
  trap: Snapshot['trap'],
): Snapshot['mode'] {
  const { cs, ss } = segments;
  const detail = firstFact(draft, 'page-fault', (fact) => fact.mode !== undefined);
  if (detail?.fact.mode) return { value: detail.fact.mode, evidence: detail.evidence };
  const user = (selector: number) => privilegeLevel(selector) === 3;
  if (cs) return { value: user(cs.value) ? 'user' : 'kernel', evidence: cs.evidence, inferred: 'privilege-of-cs' };
  if (ss)
    return {
      value: user(ss.value) ? 'user' : 'kernel',
      evidence: ss.evidence,
      inferred: 'privilege-of-ss',
    };
  const headline = firstFact(draft, 'headline');
  if (kind === 'user-fault' && headline)
    return { value: 'user', evidence: headline.evidence, inferred: 'line-for-user-programs' };
  if (trap.vector?.value === VECTORS['page-fault'] && trap.errorCode)
    return {
      value: decodePageFaultErrorCode(trap.errorCode.value).mode,
      evidence: trap.errorCode.evidence,
      inferred: 'mode-bit-of-error-code',
    };
  return undefined;
}

/** Twenty bytes from EIP on: lower-case registers, no `VLI`, no closing EIP line (2.4 to 2.6.7). */
function codeStartsAtEip(draft: ReportDraft): boolean {
  return (
    !draft.kinds.has('preceding-bytes') &&
    !draft.kinds.has('closing-eip') &&
    !draft.kinds.has('closing-cr2') &&
    !draft.upperCase
  );
}

function closingOf(draft: ReportDraft): { closing: Sourced<string>[]; remarks: Sourced<string>[] } {
  const closing: Sourced<string>[] = [];
  const remarks: Sourced<string>[] = [];
  for (const { fact, evidence } of draft.facts) {
    if (fact.kind === 'panic' || fact.kind === 'closing' || fact.kind === 'end-trace')
      closing.push({ value: fact.text, evidence });
    else if (fact.kind === 'remark' || fact.kind === 'sentence') remarks.push({ value: fact.text, evidence });
  }
  return { closing, remarks };
}

function missing(draft: ReportDraft, snapshot: Snapshot): Diagnostic[] {
  const hasCode = codeWindowOf(snapshot) !== undefined || snapshot.codeUnavailable !== undefined;
  if (snapshot.kind !== 'oops' && snapshot.kind !== 'bug') return [];
  const evidence = evidenceOf(draft);
  const announced = snapshot.headline !== undefined || draft.kinds.has('die');
  if (announced && !snapshot.registers.eax && !snapshot.registers.esp && !hasCode)
    return [{ code: 'truncated', evidence, message: 'this report breaks off before its registers and its code line' }];
  // A value that was there and could not be read has a diagnostic of its own.
  const told = new Set(snapshot.diagnostics.map(({ register }) => register));
  const unread = GENERAL_REGISTERS.filter((name) => !snapshot.registers[name] && !told.has(name));
  const gaps: string[] = [];
  if (!snapshot.registers.eax && !snapshot.registers.esp) gaps.push('the registers');
  if (!hasCode) gaps.push('the code line');
  const where = draft.cutAt === undefined ? 'the log' : `what was read of it, up to line ${draft.cutAt}`;
  if (!snapshot.headline && !draft.kinds.has('die')) gaps.push('the headline and the `Oops:` line');
  const diagnostics = gaps.map(
    (gap): Diagnostic => ({
      code: 'missing-field',
      evidence,
      message: `${gap} of this report ${gap.endsWith('s') || gap.includes(' and ') ? 'are' : 'is'} not in ${where}`,
    }),
  );
  if (hasRegisters(draft) && unread.length > 0) {
    const names = unread.map((name) => `%${name}`).join(', ');
    diagnostics.push({
      code: 'missing-field',
      evidence,
      message: `no value for ${names} is in the registers of this report`,
    });
  }
  return diagnostics;
}

/** Only so many lines are read together: a report that goes on after them is cut there. */
function cutDiagnostics({ first, cutAt, phase }: ReportDraft): Diagnostic[] {
  if (cutAt === undefined || phase === 'ended') return [];
  const message = `this report may go on after line ${cutAt}, where the lines that are read together end: what it says there is left out`;
  return [{ code: 'truncated', evidence: evidenceOf({ first, last: cutAt }), message }];
}

/** The 16-digit line near the end prints CR2 too; it counts where the block does not. */
function controlOf(draft: ReportDraft, diagnostics: Diagnostic[]): Snapshot['control'] {
  const control = byName<keyof Snapshot['control'] & string, U32>(draft.kinds.get('control'), diagnostics);
  const closing = firstFact(draft, 'closing-cr2');
  return control.cr2 || !closing
    ? control
    : { ...control, cr2: { value: closing.fact.value, evidence: closing.evidence } };
}

export function concludeKernelReport(draft: ReportDraft): Snapshot {
  const kind = kindOf(draft);
  const diagnostics: Diagnostic[] = [...draft.diagnostics];
  const eip = eipOf(draft, diagnostics);
  const registers = byName<keyof Snapshot['registers'] & string, U32>(draft.kinds.get('register'), diagnostics);
  const segments = byName<keyof Snapshot['segments'] & string, number>(draft.kinds.get('segment'), diagnostics);
  const code = codeWindow(draft.kinds.get('code') ?? [], eip?.value, { eraStartsAtEip: codeStartsAtEip(draft) });
  const trap = trapReport(draft, kind, code.code);
  const headline = firstFact(draft, 'headline') ?? firstFact(draft, 'die');
  const claims = headline && addressClaim(headline.fact.text);
  const dumpCause = headline && kind === 'register-dump' ? dumpCauseOf(headline.fact.text) : undefined;
  const closingEip = firstFact(draft, 'closing-eip');
  const esp = registers.esp ?? (closingEip && { value: closingEip.fact.esp, evidence: closingEip.evidence });
  const ss = segments.ss ?? (closingEip && { value: closingEip.fact.ss, evidence: closingEip.evidence });
  const withSs = { ...segments, ...(ss && { ss }) };
  const { closing, remarks } = closingOf(draft);
  const stack = stackOf(draft, esp?.value, diagnostics);
  const trace = traceOf(draft);
  const modules = modulesOf(draft);
  const contexts = contextsOf(draft);
  const symbol = symbolOf(draft);
  const mode = modeOf(draft, kind, withSs, trap.trap);
  const snapshot: Snapshot = {
    kind,
    carrier: LINUX_LOG,
    evidence: evidenceOf(draft),
    ...(mode && { mode }),
    ...(headline && { headline: { value: headline.fact.text, evidence: headline.evidence } }),
    ...(claims && { headlineClaims: claims }),
    ...(dumpCause && { dumpCause }),
    registers: { ...registers, ...(esp && { esp }), ...(eip && { eip }) },
    segments: withSs,
    control: controlOf(draft, diagnostics),
    debug: byName(draft.kinds.get('debug'), diagnostics),
    memory: [code.code, stack].filter((segment) => segment !== undefined),
    ...(code.unavailable && { codeUnavailable: code.unavailable }),
    trap: trap.trap,
    ...(symbol && { symbol }),
    pageTable: pageTableOf(draft),
    ...identityOf(draft),
    ...(modules && { modules }),
    ...(trace && { trace }),
    ...(contexts.length > 0 && { contexts }),
    closing,
    ...(remarks.length > 0 && { remarks }),
    diagnostics,
  };
  const all = [...diagnostics, ...code.diagnostics, ...trap.diagnostics, ...cutDiagnostics(draft)];
  const whole = [...all, ...missing(draft, { ...snapshot, diagnostics: all })];
  whole.sort((a, b) => (firstLineOf(a.evidence) ?? 0) - (firstLineOf(b.evidence) ?? 0));
  return { ...snapshot, diagnostics: whole };
}
