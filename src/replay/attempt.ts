// One run of the faulting instruction and its comparison with the log: on real hardware, and where the log contradicts that, on the
// machine that QEMU emulates in software.

import type { CannotRun } from '../cpu/cannot-run.ts';
import type { AbsentMemoryPolicy, Cpu, ProcessorModel, StepOutcome } from '../cpu/cpu.ts';
import type { ProcessorDifference } from '../cpu/processor-difference.ts';
import type { AlignedWindow } from '../decoder/align-window.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { MemoryAccess } from '../machine/access.ts';
import { type Fault, VECTORS } from '../machine/faults.ts';
import { registerPart } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Assumption } from './assumption.ts';
import type { CheckName } from './check.ts';
import { compareWithLog } from './checks.ts';
import { asDoubleFault } from './double-fault.ts';
import type { Expectation } from './expectation.ts';
import { describeOperand, operandAt, touchesMemory } from './faulting-operand.ts';
import type { Machine } from './machine.ts';
import { possibleFault } from './possible-fault.ts';
import type { FaultingOperand, Replay, ReplayedMachine } from './replay-types.ts';
import { resolveSegmentBases } from './segment-base.ts';
import type { Obstacle } from './verdict-reason.ts';

/** Everything that one run of the faulting instruction needs. */
export interface Attempt {
  readonly machine: Machine;
  readonly expectation: Expectation;
  readonly snapshot: Snapshot;
  readonly window?: AlignedWindow;
  readonly cpu: Cpu;
}

export type Judged = Pick<
  Replay,
  'verdict' | 'reason' | 'checks' | 'assumptions' | 'absentReads' | 'fault' | 'operand' | 'storedValue' | 'machine'
>;

export function replayedMachine(machine: Machine, state: Machine['state']): ReplayedMachine {
  const { loggedEip, codeStart, missing } = machine;
  return { state, memory: machine.memory.clone(), loggedEip, codeStart, missing };
}

/** What is taken for granted of the machine that printed the log. */
interface Circumstances {
  readonly processor: ProcessorModel;
  /** Every unknown 32-bit word that the instruction reads. */
  readonly absentWord: U32;
  readonly assumption?: Assumption;
}

const HARDWARE: Circumstances = { processor: 'hardware', absentWord: wrapU32(0) };

/** Real hardware of one maker, for an instruction in which those of different makers differ. */
function madeBy(maker: 'amd' | 'intel', why: CannotRun): Circumstances {
  const assumption: Assumption = { kind: 'processor-state', code: 'maker-taken', maker, why };
  return { processor: maker, absentWord: wrapU32(0), assumption };
}

const EMULATED_MACHINE: Circumstances = {
  processor: 'qemu-tcg',
  absentWord: wrapU32(0),
  // It reads before it writes, and ignores null selectors.
  assumption: { kind: 'processor-state', code: 'emulated-machine' },
};

/** A far transfer took its selector from memory; the error code of a #GP is that selector. Intel SDM vol. 3A, "Error Code". */
function selectorFromErrorCode({ expectation }: Attempt): readonly Circumstances[] {
  const { vector, errorCode } = expectation;
  const hasSelector = vector !== undefined && SELECTOR_VECTORS.includes(vector.value);
  return hasSelector && errorCode && errorCode.value !== 0
    ? [{ processor: 'hardware', absentWord: errorCode.value }]
    : [];
}

const SELECTOR_VECTORS: readonly number[] = [
  VECTORS['invalid-tss'],
  VECTORS['segment-not-present'],
  VECTORS['stack-fault'],
  VECTORS['general-protection'],
];

/** As real hardware first; what that contradicts may be explained by unknown words, or by an emulated machine. */
export function judge(attempt: Attempt): Judged {
  const { judged: hardware, differs } = runUnder(HARDWARE, attempt);
  if (differs !== undefined) return judgeByMaker(attempt, hardware, differs);
  if (hardware.verdict !== 'contradicted') return hardware;
  const explanations = [...(hardware.absentReads.length > 0 ? selectorFromErrorCode(attempt) : []), EMULATED_MACHINE];
  for (const circumstances of explanations) {
    const { judged } = runUnder(circumstances, attempt);
    if (judged.verdict === 'reproduced') return judged;
  }
  return hardware;
}

/** The log may be of any maker's processor: it is contradicted where it fits none. */
function judgeByMaker(attempt: Attempt, hardware: Judged, { difference, why }: Difference): Judged {
  const makers = MAKERS.map((maker) => runUnder(madeBy(maker, why), attempt).judged);
  const fitting = makers.findIndex(({ verdict }) => verdict === 'reproduced');
  const [reproduced, maker] = [makers[fitting], MAKERS[fitting]];
  if (reproduced?.machine && maker) {
    const { machine } = reproduced;
    return { ...reproduced, machine: { ...machine, state: { ...machine.state, settled: { difference, maker } } } };
  }
  const emulated = runUnder(EMULATED_MACHINE, attempt).judged;
  if (emulated.verdict === 'reproduced') return emulated;
  const [first] = makers;
  return first !== undefined && makers.every(({ verdict }) => verdict === 'contradicted') ? first : hardware;
}

const MAKERS = ['amd', 'intel'] as const;

interface Difference {
  readonly difference: ProcessorDifference;
  readonly why: CannotRun;
}

interface Run {
  readonly judged: Judged;
  /** Set where nothing was run, as processors of different makers do it differently. */
  readonly differs?: Difference;
}

function runUnder(circumstances: Circumstances, { machine, expectation, snapshot, window, cpu }: Attempt): Run {
  const { processor, absentWord, assumption } = circumstances;
  const assumptions: Assumption[] = [...machine.assumptions, ...(assumption ? [assumption] : [])];
  const absentReads: MemoryAccess[] = [];
  const absent: AbsentMemoryPolicy = (access) => {
    // Any value of a word may tell something; with any byte of code it would be another instruction.
    if (access.access === 'execute') return 'stop';
    absentReads.push(access);
    return Uint8Array.from({ length: access.size }, (_, i) => (absentWord >>> (8 * (i % 4))) & 0xff);
  };
  const segments = resolveSegmentBases(machine, window?.faulting, expectation);
  assumptions.push(...segments.assumptions);
  const state = { ...machine.state, segments: segments.file, processor };
  cpu.load(state, machine.memory.clone(), absent);
  const outcome = cpu.step();
  // What comes before and after is not to rest on the maker.
  const kept = replayedMachine(machine, isOfOneMaker(processor) ? { ...state, processor: 'hardware' } : state);

  const circumstance = { instruction: window?.faulting, cr0: snapshot.control.cr0?.value };
  const judged =
    asDoubleFault(outcome, expectation, state) ??
    possibleFault(outcome, expectation, machine, assumptions, circumstance);
  if (judged.kind !== 'fault') {
    return {
      judged: { ...notFaulting(judged, expectation), machine: kept, checks: [], assumptions, absentReads },
      ...(judged.kind === 'unsupported' &&
        judged.processorsDiffer && { differs: { difference: judged.processorsDiffer, why: judged.reason } }),
    };
  }
  const { fault } = judged;
  const checks = compareWithLog(fault, expectation, snapshot, machine, segments.derived);
  const failed = checks.filter((check) => !check.passed);
  // An expectation with a note was itself inferred or computed: agreeing with it proves nothing, but for the ud2 of BUG and WARN,
  // which the words of the report announce.
  const announced = snapshot.kind === 'bug' || snapshot.kind === 'warning';
  const compared = checks.some(
    ({ name, note }) => (note === undefined || announced) && (name === 'exception' || name === 'fault-address'),
  );
  const judgedFault: Judged = {
    ...verdictOf(
      failed.map((check) => check.name),
      compared,
    ),
    fault,
    checks,
    assumptions: [
      ...assumptions,
      ...witnessAssumption(absentReads, absentWord, fault),
      ...caveatAssumption(cpu, window?.faulting, fault),
    ],
    absentReads,
    machine: kept,
    ...operandOf(fault, window?.faulting, machine, segments.file, segments.derived),
    ...storedValueOf(fault, window?.faulting, machine),
  };
  return { judged: judgedFault };
}

function isOfOneMaker(processor: ProcessorModel): boolean {
  return processor === 'amd' || processor === 'intel';
}

function verdictOf(failed: readonly CheckName[], compared: boolean): Pick<Replay, 'verdict' | 'reason'> {
  if (!compared) return { verdict: 'not-replayable', reason: { code: 'nothing-to-compare' } };
  if (failed.length === 0) return { verdict: 'reproduced' };
  return { verdict: 'contradicted', reason: { code: 'checks-failed', checks: failed } };
}

/** The verdict on a step that raised nothing. */
function notFaulting(
  outcome: Exclude<StepOutcome, { kind: 'fault' }>,
  expectation: Expectation,
): Pick<Replay, 'verdict' | 'reason'> {
  switch (outcome.kind) {
    case 'executed':
      return completed(outcome.accesses, expectation);
    case 'absent':
      return notReplayable({ code: 'code-ends-inside-instruction' });
    case 'unknown-segment-base':
      return notReplayable({ code: 'segment-base-unknown', segment: outcome.segment });
    case 'unsupported':
      return notReplayable({ code: 'instruction-not-run', reason: outcome.reason });
  }
}

function notReplayable(reason: Obstacle): Pick<Replay, 'verdict' | 'reason'> {
  return { verdict: 'not-replayable', reason };
}

/** An instruction that did all its accesses: they show where the log's page fault should have been. */
function completed(
  accesses: readonly MemoryAccess[],
  { vector, faultAddress }: Expectation,
): Pick<Replay, 'verdict' | 'reason'> {
  if (vector === undefined || vector.inferred) return notReplayable({ code: 'exception-not-named', accesses });
  const isPageFault = vector.value === VECTORS['page-fault'];
  return {
    verdict: 'contradicted',
    reason: {
      code: 'completes-without-fault',
      ...(isPageFault && { accesses }),
      ...(isPageFault && faultAddress && { faultAddress: faultAddress.value }),
    },
  };
}

/** What the CPU layer cannot vouch for on every processor. */
function caveatAssumption(cpu: Cpu, instruction: Instruction | undefined, fault: Fault): readonly Assumption[] {
  const caveat = instruction && cpu.caveat(instruction, fault);
  return caveat === undefined ? [] : [{ kind: 'processor-state', code: 'processor-caveat', caveat }];
}

function witnessAssumption(reads: readonly MemoryAccess[], word: U32, fault: Fault): readonly Assumption[] {
  if (reads.length === 0 || fault.kind === 'page-fault') return [];
  return word === 0
    ? [{ kind: 'absent-memory', code: 'unknown-bytes-as-zero', reads }]
    : [{ kind: 'absent-memory', code: 'unknown-bytes-as-selector', reads, selector: word }];
}

function operandOf(
  fault: Fault,
  instruction: Instruction | undefined,
  machine: Machine,
  segments: Machine['state']['segments'],
  derived: ReadonlySet<string>,
): { operand?: FaultingOperand } {
  if (fault.kind !== 'page-fault' || instruction === undefined || fault.access.access === 'execute') return {};
  const { registers } = machine.state;
  const operand =
    operandAt(instruction, fault.access.linearAddress, registers, segments) ??
    singleOperand(instruction.memory.filter(touchesMemory));
  return operand
    ? {
        operand: describeOperand(
          operand,
          registers,
          segments,
          derived,
          new Set(machine.missing),
          machine.solvedRegisters,
        ),
      }
    : {};
}

function singleOperand<T>(operands: readonly T[]): T | undefined {
  return operands.length === 1 ? operands[0] : undefined;
}

/** The register or immediate that a plain store would have put into memory. */
function storedValueOf(fault: Fault, instruction: Instruction | undefined, machine: Machine): { storedValue?: U32 } {
  if (fault.kind !== 'page-fault' || fault.access.access !== 'write' || instruction === undefined) return {};
  const [destination, source] = instruction.operands;
  if (instruction.mnemonic !== 'mov' || destination?.kind !== 'memory' || source === undefined) return {};
  if (source.kind === 'immediate') return { storedValue: source.value };
  const part = source.kind === 'register' ? registerPart(source.name) : undefined;
  if (part === undefined || machine.missing.includes(part.register)) return {};
  const value = machine.state.registers[part.register];
  const mask = part.width === 32 ? 0xffff_ffff : (1 << part.width) - 1;
  return { storedValue: wrapU32((value >>> part.shift) & mask) };
}
