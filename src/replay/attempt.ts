// One run of the faulting instruction and its comparison with the log: on real hardware, and where the log contradicts that, on the
// machine that QEMU emulates in software.

import type { AbsentMemoryPolicy, Cpu, ProcessorModel, StepOutcome } from '../cpu/cpu.ts';
import type { AlignedWindow } from '../decoder/align-window.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { MemoryAccess } from '../machine/access.ts';
import { byteCount } from '../machine/byte-text.ts';
import type { Fault } from '../machine/faults.ts';
import { registerPart } from '../machine/registers.ts';
import { hex32, type U32, wrapU32 } from '../machine/u32.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { compareWithLog } from './checks.ts';
import { asDoubleFault } from './double-fault.ts';
import { type Expectation, PAGE_FAULT_VECTOR } from './expectation.ts';
import { describeOperand, operandAt, touchesMemory } from './faulting-operand.ts';
import type { Machine } from './machine.ts';
import { possibleFault } from './possible-fault.ts';
import type { Assumption, FaultingOperand, Replay, ReplayedMachine } from './replay-types.ts';
import { SOURCES_OF_CODE } from './replayability.ts';
import { resolveSegmentBases } from './segment-base.ts';

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
  | 'verdict'
  | 'reason'
  | 'remedy'
  | 'checks'
  | 'assumptions'
  | 'absentReads'
  | 'fault'
  | 'operand'
  | 'storedValue'
  | 'machine'
>;

export function replayedMachine(machine: Machine, state: Machine['state']): ReplayedMachine {
  const { loggedEip, codeStart, missing } = machine;
  return { state, memory: machine.memory.clone(), loggedEip, codeStart, missing };
}

/** What is taken for granted of the machine that printed the log. */
interface Circumstances {
  readonly processor: ProcessorModel;
  /** Every 32-bit word that the instruction reads and nobody knows. */
  readonly absentWord: U32;
  readonly assumption?: Assumption;
}

const HARDWARE: Circumstances = { processor: 'hardware', absentWord: wrapU32(0) };

/** Real hardware of one maker, for an instruction in which those of different makers differ. */
function madeBy(processor: 'amd' | 'intel', why: string): Circumstances {
  const maker = processor === 'amd' ? 'AMD' : 'Intel';
  const message = `${why}; the log does not name its processor and is compared with one by ${maker}`;
  return { processor, absentWord: wrapU32(0), assumption: { kind: 'processor-state', message } };
}

const EMULATED_MACHINE: Circumstances = {
  processor: 'qemu-tcg',
  absentWord: wrapU32(0),
  assumption: {
    kind: 'processor-state',
    message:
      'silicon would have reported this differently: the log fits a machine that QEMU emulates in software (it reads before it writes, and ignores null selectors)',
  },
};

/** A far transfer took its selector from memory; the error code of a #GP is that selector. Intel SDM vol. 3A, "Error Code". */
function selectorFromErrorCode({ expectation }: Attempt): readonly Circumstances[] {
  const { vector, errorCode } = expectation;
  const hasSelector = vector !== undefined && SELECTOR_VECTORS.includes(vector.value);
  return hasSelector && errorCode && errorCode.value !== 0
    ? [{ processor: 'hardware', absentWord: errorCode.value }]
    : [];
}

/** #TS, #NP, #SS and #GP. */
const SELECTOR_VECTORS = [10, 11, 12, 13];

/** As real hardware first; what that contradicts may be explained by words that nobody knows, or by an emulated machine. */
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
function judgeByMaker(attempt: Attempt, hardware: Judged, why: string): Judged {
  const makers = (['amd', 'intel'] as const).map((maker) => runUnder(madeBy(maker, why), attempt).judged);
  const reproduced = makers.find(({ verdict }) => verdict === 'reproduced');
  if (reproduced !== undefined) return reproduced;
  const emulated = runUnder(EMULATED_MACHINE, attempt).judged;
  if (emulated.verdict === 'reproduced') return emulated;
  const [first] = makers;
  return first !== undefined && makers.every(({ verdict }) => verdict === 'contradicted') ? first : hardware;
}

interface Run {
  readonly judged: Judged;
  /** Why nothing was run, where processors of different makers do it differently. */
  readonly differs?: string;
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
      ...(judged.kind === 'unsupported' && judged.processorsDiffer && { differs: judged.reason }),
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
      ...caveat(cpu, window?.faulting, fault),
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

function verdictOf(failed: readonly string[], compared: boolean): Pick<Replay, 'verdict' | 'reason'> {
  if (!compared) {
    return {
      verdict: 'not-replayable',
      reason: 'the log neither names the exception nor holds the registers that would tell: nothing is left to compare',
    };
  }
  if (failed.length === 0) return { verdict: 'reproduced' };
  return { verdict: 'contradicted', reason: `the log and the replay disagree on: ${failed.join(', ')}` };
}

/** The words for a step that raised nothing. */
function notFaulting(
  outcome: Exclude<StepOutcome, { kind: 'fault' }>,
  expectation: Expectation,
): Pick<Replay, 'verdict' | 'reason' | 'remedy'> {
  switch (outcome.kind) {
    case 'executed':
      return completed(outcome.accesses, expectation);
    case 'absent':
      return {
        verdict: 'not-replayable',
        reason: 'the Code: line ends inside the instruction that EIP points at',
        remedy: `the bytes behind it, ${SOURCES_OF_CODE}`,
      };
    case 'unknown-segment-base':
      return {
        verdict: 'not-replayable',
        reason: `the base of %${outcome.segment} is not in the log and the fault address does not prove it`,
      };
    case 'unsupported':
      return { verdict: 'not-replayable', reason: outcome.reason };
  }
}

/** The words for an instruction that did all its accesses; they show where the log's page fault should have been. */
function completed(accesses: readonly MemoryAccess[], expectation: Expectation): Pick<Replay, 'verdict' | 'reason'> {
  const { vector, faultAddress } = expectation;
  const does = accesses
    .map(({ access, size, linearAddress }) => `${access}s ${byteCount(size)} at ${hex32(linearAddress)}`)
    .join(' and ');
  if (vector === undefined || vector.inferred) {
    const unknown = does ? `it ${does}, and nothing in the log says that this faults` : 'it touches no memory';
    return {
      verdict: 'not-replayable',
      reason: `the log does not say which exception the instruction raised: with the registers of the log ${unknown}`,
    };
  }
  const isPageFault = vector.value === PAGE_FAULT_VECTOR;
  const instead = faultAddress ? `, not at ${hex32(faultAddress.value)}` : '';
  return {
    verdict: 'contradicted',
    reason: `with the registers of the log this instruction completes without a fault${isPageFault ? `: it ${does || 'touches no memory'}${does && instead}` : ''}`,
  };
}

/** What the CPU layer cannot vouch for on every processor. */
function caveat(cpu: Cpu, instruction: Instruction | undefined, fault: Fault): readonly Assumption[] {
  const message = instruction && cpu.caveat(instruction, fault);
  return message === undefined ? [] : [{ kind: 'processor-state', message: `caveat: ${message}` }];
}

function witnessAssumption(absentReads: readonly MemoryAccess[], word: U32, fault: Fault): readonly Assumption[] {
  if (absentReads.length === 0 || fault.kind === 'page-fault') return [];
  const places = absentReads.map(({ linearAddress, size }) => `${size} bytes at ${hex32(linearAddress)}`);
  return [
    {
      kind: 'absent-memory',
      message: `${places.join(', ')}: not in the log, ${word === 0 ? 'taken as zero' : `with the selector ${hex32(word).slice(4)} of the error code`}`,
    },
  ];
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
