// A program run forward in the emulated CPU with everything written down, and the crash site that a log would have shown of its end.

import type { Cpu, ProcessorModel, StepOutcome } from '../../src/cpu/cpu.ts';
import type { AlignedWindow } from '../../src/decoder/align-window.ts';
import type { Decoder } from '../../src/decoder/decoder.ts';
import type { Instruction } from '../../src/decoder/instruction.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import type { MemoryAccess, ValuedAccess } from '../../src/machine/access.ts';
import { exceptionInfo } from '../../src/machine/faults.ts';
import { GENERAL_REGISTERS, type RegisterFile } from '../../src/machine/registers.ts';
import type { SegmentFile } from '../../src/machine/segments.ts';
import { pageOf, u32, wrapU32 } from '../../src/machine/u32.ts';
import type { CrashSite } from '../../src/reconstruction/crash-site.ts';
import type { Random } from '../cpu/random.ts';
import { BAD_ADDRESS } from './random-program.ts';

export interface RecordedStep {
  readonly offset: number;
  readonly before: RegisterFile;
  readonly accesses: readonly ValuedAccess[];
}

export interface RecordedRun {
  /** In the order of execution, without the faulting instruction; the rounds of a repeated instruction are one step. */
  readonly steps: readonly RecordedStep[];
  readonly site: CrashSite;
}

export const CODE_START = 0xc020_0100;
const STACK_WORDS = 32;
const SEGMENTS: SegmentFile = {
  es: { selector: 0x7b, base: u32(0) },
  cs: { selector: 0x60, base: u32(0) },
  ss: { selector: 0x68, base: u32(0) },
  ds: { selector: 0x7b, base: u32(0) },
  fs: { selector: 0xd8 },
  gs: { selector: 0xe0 },
};

/** What memory holds where nothing was written: a fixed function of the address. */
export function unwrittenBytes(address: number, size: number): Uint8Array {
  return Uint8Array.from(
    { length: size },
    (_, i) => (Math.imul((address + i) ^ 0x5bd1_e995, 0x9e37_79b1) >>> 11) & 0xff,
  );
}

export function randomRegisters(random: Random): RegisterFile {
  const value = () =>
    wrapU32(
      random.pick([
        random.word(),
        random.below(16),
        0xd000_0000 + random.below(0x1000) * 4,
        0xd000_0000 + random.below(64) * 4,
      ]),
    );
  const file = Object.fromEntries(GENERAL_REGISTERS.map((name) => [name, value()]));
  const eflags = wrapU32(0x202 | (random.word() & 0x8d5));
  return {
    ...file,
    esp: wrapU32(0xd400_0000 + random.below(0x100) * 4),
    eip: wrapU32(CODE_START),
    eflags,
  } as RegisterFile;
}

/** As a processor of `processor` runs it; the crash site does not say so. Undefined where the program does not end in a fault within `limit` steps, or leaves its bytes. */
export function recordRun(
  cpu: Cpu,
  decoder: Decoder,
  bytes: Uint8Array,
  registers: RegisterFile,
  limit: number,
  processor: ProcessorModel,
): RecordedRun | undefined {
  const memory = new SyntheticMemory();
  memory.write(wrapU32(CODE_START), bytes);
  memory.setPage(wrapU32(BAD_ADDRESS), { kind: 'unmapped' });
  cpu.load({ registers, segments: SEGMENTS, mode: 'kernel', processor }, memory, (access: MemoryAccess) =>
    unwrittenBytes(access.linearAddress, access.size),
  );
  const steps: RecordedStep[] = [];
  let goesOn = false;
  for (let i = 0; i < limit; i++) {
    const before = cpu.registers();
    const offset = wrapU32(before.eip - CODE_START);
    if (offset >= bytes.length) return undefined;
    const outcome = cpu.step();
    if (outcome.kind === 'fault') {
      // Rounds that the faulting instruction had done belong to it.
      return { steps: goesOn ? steps.slice(0, -1) : steps, site: siteOf(cpu, decoder, bytes, offset, outcome) };
    }
    if (outcome.kind !== 'executed') return undefined;
    if (outcome.accesses.some(({ linearAddress }) => pageOf(linearAddress) === pageOf(wrapU32(CODE_START))))
      return undefined;
    if (!goesOn) steps.push({ offset, before, accesses: outcome.accesses });
    goesOn = outcome.instruction.prefixes.rep !== 'none' && outcome.after.eip === before.eip;
  }
  return undefined;
}

function siteOf(
  cpu: Cpu,
  decoder: Decoder,
  bytes: Uint8Array,
  faultOffset: number,
  outcome: Extract<StepOutcome, { kind: 'fault' }>,
): CrashSite {
  const { registers, fault } = outcome;
  const start = wrapU32(CODE_START);
  const window = readWindow(decoder, bytes, faultOffset);
  const words = Array.from({ length: STACK_WORDS }, (_, i) => wordAt(cpu.memory, wrapU32(registers.esp + 4 * i)));
  const memory = new SyntheticMemory();
  memory.write(start, bytes);
  memory.setPage(wrapU32(BAD_ADDRESS), { kind: 'unmapped' });
  const { vector } = exceptionInfo(fault.kind);
  return {
    registers: Object.fromEntries(GENERAL_REGISTERS.map((name) => [name, registers[name]])),
    eflags: registers.eflags,
    state: { registers, segments: SEGMENTS, mode: 'kernel' },
    memory,
    code: { bytes, start, base: 'printed', faultOffset, window, ...(window.faulting && { faulting: window.faulting }) },
    stack: { start: registers.esp, words },
    fault: {
      vector,
      ...(fault.kind === 'page-fault' && {
        page: { address: wrapU32(fault.linearAddress), access: 'read' as const, present: false },
      }),
    },
    comparesFault: false,
  };
}

/** The window as one reads it who knows where the program begins: how boundaries are found is tested elsewhere. */
function readWindow(decoder: Decoder, bytes: Uint8Array, faultOffset: number): AlignedWindow {
  const all: Instruction[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const instruction = decoder.decode(bytes, offset, wrapU32(CODE_START + offset));
    if (instruction === undefined) break;
    all.push(instruction);
    offset += instruction.length;
  }
  const offsetOf = (instruction: Instruction) => wrapU32(instruction.address - CODE_START);
  const before = all.filter((instruction) => offsetOf(instruction) < faultOffset);
  const faulting = all.find((instruction) => offsetOf(instruction) === faultOffset);
  return {
    before,
    certainty: before.map(() => 1),
    ...(faulting && { faulting }),
    atEip: faulting ? 'whole' : 'invalid',
    after: all.filter((instruction) => offsetOf(instruction) > faultOffset),
    skipped: 0,
    cuts: { tried: 1, reaching: 1, agreeing: 1 },
    truncatedTail: 0,
  };
}

function wordAt(memory: SyntheticMemory, address: number) {
  const bytes = Array.from({ length: 4 }, (_, i) => {
    const at = wrapU32(address + i);
    return memory.read(at, 1)?.[0] ?? (unwrittenBytes(at, 1)[0] as number);
  });
  return wrapU32(bytes.reduceRight((word, byte) => word * 256 + byte, 0));
}
