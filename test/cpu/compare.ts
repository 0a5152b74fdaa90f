// Compares what the real CPU did with what ours says, instruction by instruction.

import type { Cpu, ProcessorModel, StepOutcome } from '../../src/cpu/cpu.ts';
import { ENGINE_DIFFERENCES } from '../../src/cpu/differences.ts';
import { extensionOf } from '../../src/cpu/extensions.ts';
import { isBetweenComparisons } from '../../src/cpu/repeated-comparison.ts';
import type { Instruction } from '../../src/decoder/instruction.ts';
import type { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { ARITHMETIC_FLAGS, EFLAGS } from '../../src/machine/eflags.ts';
import { exceptionInfo } from '../../src/machine/faults.ts';
import { REGISTER_NAMES } from '../../src/machine/registers.ts';
import { hex32, type U32, wrapU32 } from '../../src/machine/u32.ts';
import { loadCase } from './cpu-case.ts';
import { type NativeAnswer, type NativeCase, type NativeOutcome, poolByte } from './oracle.ts';
import { isReserved } from './random-cases.ts';

/** The processors whose answers are accepted, by what the differences table says of each: those of one maker, then of the other. */
export const MODELS = ['amd-kvm', 'intel'] as const satisfies readonly ProcessorModel[];

export interface Comparison {
  /** Instructions compared in full. */
  readonly compared: number;
  /** Instructions that ours declines to run, by their reason. */
  readonly declined: readonly { readonly instruction: Instruction | undefined; readonly reason: string }[];
  readonly difference?: string;
  /** The last instruction that was run. */
  readonly instruction?: Instruction;
}

/** The one difference that is excused, and only where the bytes are those of a NaN on both sides. */
const CHOICE_OF_NAN = ENGINE_DIFFERENCES.find((entry) => entry.name === 'choice-of-nan');
const SINGLE_STEP = 1;
const INVALID_OPCODE = 6;
const PAGE_FAULT = 14;

/**
 * Compares with what our CPU does as a processor of `processor`. As `hardware` it may decline where processors differ, or leave bytes
 * unknown; what it does say has to be so.
 */
export function compareCase(cpu: Cpu, native: NativeCase, answer: NativeAnswer, processor: ProcessorModel): Comparison {
  const memory = loadCase(cpu, native, processor);
  const declined: { instruction: Instruction | undefined; reason: string }[] = [];
  const written = new Set<number>();
  const executed: Instruction[] = [];
  let compared = 0;
  let instruction: Instruction | undefined;
  for (const outcome of answer.outcomes) {
    const ours = cpu.step();
    instruction = ours.instruction;
    if (ours.kind === 'unsupported' || ours.kind === 'unknown-segment-base') {
      declined.push({ instruction, reason: ours.kind === 'unsupported' ? ours.reason.code : ours.kind });
      return { compared, declined };
    }
    if (ours.kind === 'absent' && processor === 'hardware') {
      declined.push({ instruction, reason: 'processors differ in the bytes that it reads' });
      return { compared, declined };
    }
    if (outcome.trap === INVALID_OPCODE && instruction !== undefined && extensionOf(instruction) !== undefined) {
      declined.push({ instruction, reason: `this processor does not have ${extensionOf(instruction)}` });
      return { compared, declined };
    }
    if (instruction !== undefined && /^(Pop.?_SS|Mov_Sreg_r32m16|Mov_Sreg_r16|Lss_.*)$/.test(instruction.code)) {
      declined.push({ instruction, reason: 'a load of %ss lets the next instruction run in the same step' });
      return { compared, declined };
    }
    if (
      instruction?.mnemonic === 'int1' &&
      outcome.trap === SINGLE_STEP &&
      outcome.registers.eip !== instruction.address
    ) {
      declined.push({ instruction, reason: 'behind it, its own trap and that of a single step look alike' });
      return { compared, declined };
    }
    const oursTouchesHelper =
      ours.kind === 'fault' && ours.fault.kind === 'page-fault' && isReserved(ours.fault.linearAddress);
    if (oursTouchesHelper || (outcome.trap === PAGE_FAULT && isReserved(outcome.cr2))) {
      declined.push({ instruction, reason: 'the helper itself is there' });
      return { compared, declined };
    }
    const difference = compareStep(ours, outcome, processor === 'hardware');
    if (difference !== undefined) return { compared, declined, difference, ...(instruction && { instruction }) };
    compared++;
    if (ours.kind !== 'executed') break;
    executed.push(ours.instruction);
    for (const { access, linearAddress, size } of ours.accesses) {
      if (access === 'write') for (let i = 0; i < size; i++) written.add(wrapU32(linearAddress + i));
    }
    // What the manual leaves undefined must not spread.
    cpu.setRegisters({ ...outcome.registers, eflags: wrapU32((outcome.registers.eflags & ~EFLAGS.RF) | EFLAGS.TF) });
  }
  const nansMayDiffer = executed.some((each) => CHOICE_OF_NAN?.concerns(each));
  const difference = compareMemory(
    memory,
    { written, nansMayDiffer, isNeutral: processor === 'hardware' },
    native,
    answer,
  );
  return { compared, declined, ...(difference !== undefined && { difference }), ...(instruction && { instruction }) };
}

function compareStep(ours: StepOutcome, native: NativeOutcome, isNeutral: boolean): string | undefined {
  if (ours.kind === 'executed') {
    if (native.trap !== SINGLE_STEP) return `ours completes, the CPU raised ${describeNative(native)}`;
    const open = isNeutral && isBetweenComparisons(ours.instruction, ours.after) ? ARITHMETIC_FLAGS : 0;
    return compareRegisters(ours.after, native, undefinedFlags(ours.instruction) | open | EFLAGS.TF | EFLAGS.RF);
  }
  if (ours.kind !== 'fault') return `ours gives ${ours.kind}`;
  const { fault } = ours;
  const { vector, hasErrorCode } = exceptionInfo(fault.kind);
  const mine = `${exceptionInfo(fault.kind).mnemonic} at ${hex32(fault.eip)}${fault.kind === 'page-fault' ? ` cr2 ${hex32(fault.linearAddress)} code ${fault.errorCode}` : ` code ${fault.errorCode ?? 0}${fault.cause === undefined ? '' : ` (${fault.cause})`}`}`;
  const bad = `ours raises ${mine}, the CPU ${native.trap === SINGLE_STEP && native.registers.eip !== fault.eip ? 'completed' : `raised ${describeNative(native)}`}`;
  if (native.trap !== vector || native.registers.eip !== fault.eip) return bad;
  if (hasErrorCode && fault.errorCode !== native.errorCode) return bad;
  if (fault.kind === 'page-fault' && fault.linearAddress !== native.cr2) return bad;
  if (vector !== PAGE_FAULT && fault.kind === 'page-fault') return bad;
  return compareRegisters(ours.registers, native, EFLAGS.TF | EFLAGS.RF);
}

/** The manual leaves OF undefined for rotates by more than one, those by a multiple of the width included. */
function undefinedFlags(instruction: Instruction): number {
  const [, count] = instruction.operands;
  const rotatesFar =
    /^(rcl|rcr|rol|ror)$/.test(instruction.mnemonic) && count?.kind === 'immediate' && count.value !== 1;
  return instruction.flags.undefined | (rotatesFar ? EFLAGS.OF : 0);
}

function compareRegisters(
  ours: NativeOutcome['registers'],
  native: NativeOutcome,
  ignoredFlags: number,
): string | undefined {
  const wrong = REGISTER_NAMES.filter((name) => {
    const mask = name === 'eflags' ? ~ignoredFlags : -1;
    return ((ours[name] ^ native.registers[name]) & mask) !== 0;
  });
  if (wrong.length === 0) return undefined;
  return wrong
    .map((name) => `${name} is ${hex32(ours[name])}, the CPU has ${hex32(native.registers[name])}`)
    .join('; ');
}

function describeNative({ trap, errorCode, cr2, registers }: NativeOutcome): string {
  return `exception ${trap} at ${hex32(registers.eip)} code ${errorCode}${trap === PAGE_FAULT ? ` cr2 ${hex32(cr2 as U32)}` : ''}`;
}

function compareMemory(
  memory: SyntheticMemory,
  {
    written,
    nansMayDiffer,
    isNeutral,
  }: { readonly written: ReadonlySet<number>; readonly nansMayDiffer: boolean; readonly isNeutral: boolean },
  native: NativeCase,
  answer: NativeAnswer,
): string | undefined {
  const initial = (address: number) => {
    for (let i = native.patches.length - 1; i >= 0; i--) {
      const patch = native.patches[i];
      const offset = patch === undefined ? -1 : address - patch.address;
      if (patch !== undefined && offset >= 0 && offset < patch.bytes.length) return patch.bytes[offset] as number;
    }
    return poolByte(address);
  };
  for (const address of new Set([...written, ...answer.changes.keys()])) {
    const real = answer.changes.get(address) ?? initial(address);
    const ours = memory.read(address as U32, 1)?.[0];
    // Some processors set it to zero and others leave it.
    if (ours === undefined && isNeutral && (real === 0 || real === initial(address))) continue;
    if (ours !== real) {
      if (
        nansMayDiffer &&
        isChoiceOfNan(
          address,
          (at) => memory.read(at as U32, 1)?.[0] ?? 0,
          (at) => answer.changes.get(at) ?? initial(at),
        )
      ) {
        continue;
      }
      return `the byte at ${hex32(address as U32)} is ${ours?.toString(16)}, the CPU has ${real.toString(16)}`;
    }
  }
  return undefined;
}

/** Of two NaN operands the engine returns another than the CPU: the differing element is a NaN on both sides. */
function isChoiceOfNan(address: number, ours: (at: number) => number, real: (at: number) => number): boolean {
  const slot = address - (address % 16);
  const isExtendedNan = (byteAt: (at: number) => number) =>
    (byteAt(slot + 9) & 0x7f) === 0x7f &&
    byteAt(slot + 8) === 0xff &&
    [0, 1, 2, 3, 4, 5, 6].some((i) => byteAt(slot + i) !== 0 || (i === 6 && (byteAt(slot + 7) & 0x7f) !== 0));
  if (isExtendedNan(ours) && isExtendedNan(real)) return true;
  return [4, 8].some((size) => {
    const start = address - (address % size);
    const element = (byteAt: (at: number) => number) => {
      const view = new DataView(Uint8Array.from({ length: size }, (_, i) => byteAt(start + i)).buffer);
      return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    };
    return Number.isNaN(element(ours)) && Number.isNaN(element(real));
  });
}

/**
 * Accepts what a processor of either maker is documented to do, and that our CPU says nothing of it, or just that, where the maker is not
 * known.
 */
export function compareWithEveryModel(cpu: Cpu, native: NativeCase, answer: NativeAnswer): Comparison {
  const comparisons = MODELS.map((model) => compareCase(cpu, native, answer, model));
  const fitting = comparisons.find(({ difference }) => difference === undefined);
  const [first] = comparisons;
  if (fitting === undefined) return first as Comparison;
  const neutral = compareCase(cpu, native, answer, 'hardware');
  return neutral.difference === undefined
    ? fitting
    : { ...neutral, difference: `whatever the processor, ${neutral.difference}` };
}
