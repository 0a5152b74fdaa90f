// What a rule of the machine sees and what it may answer. Each rule corrects or replaces the engine for one group of instructions.

import type { Instruction } from '../../decoder/instruction.ts';
import type { SyntheticMemory } from '../../emulator/synthetic-memory.ts';
import type { FaultCause } from '../../machine/fault-cause.ts';
import type { Trap } from '../../machine/faults.ts';
import type { RegisterFile } from '../../machine/registers.ts';
import type { SegmentFile } from '../../machine/segments.ts';
import { type LinearAddress, type U32, wrapU32 } from '../../machine/u32.ts';
import type { CannotRun } from '../cannot-run.ts';
import type { MachineState, PossibleTrap } from '../cpu.ts';
import type { WriteUse } from '../plan-accesses.ts';
import type { ProcessorDifference } from '../processor-difference.ts';

export type Unsupported = {
  readonly kind: 'unsupported';
  readonly reason: CannotRun;
  readonly mayRaise?: readonly PossibleTrap[];
  readonly processorsDiffer?: ProcessorDifference;
};

export type Raised = { readonly kind: 'raised'; readonly trap: Trap };

/** Says what this instruction does whatever memory holds; it is asked before any memory is touched. */
export type EarlyRule = (instruction: Instruction, state: MachineState) => Raised | Unsupported | undefined;

/** One access of the instruction whose bytes are there. */
export interface OpenAccess {
  readonly linearAddress: LinearAddress;
  readonly reads: boolean;
  readonly writes: WriteUse;
  readonly size: number;
  /** The bytes that it reads; empty for a plain write. */
  readonly bytes: Uint8Array;
}

export interface ExecutionContext {
  readonly instruction: Instruction;
  readonly state: MachineState;
  /** The accesses in the CPU's order. */
  readonly accesses: readonly OpenAccess[];
  readonly memory: SyntheticMemory;
  /** False if some of the bytes read are a witness, so that what follows from them is not proved. */
  readonly proved: boolean;
}

/** The rule has executed the instruction. */
export interface Done {
  readonly kind: 'done';
  readonly registers: RegisterFile;
  readonly segments?: SegmentFile;
  /** The bytes that each access writes, by its index. */
  readonly writes?: ReadonlyMap<number, Uint8Array>;
  /** Bytes that some processors set to zero and others leave as they were. */
  readonly perhapsCleared?: MemoryRange;
}

export interface MemoryRange {
  readonly linearAddress: LinearAddress;
  readonly size: number;
}

/** Executes the instruction or raises what its values raise; it is asked once every access is possible and its bytes are known. */
export type ExecutionRule = (context: ExecutionContext) => Done | Raised | Unsupported | undefined;

export function raise(
  kind: Trap['kind'],
  eip: U32,
  options: { readonly errorCode?: number; readonly cause?: FaultCause | undefined } = {},
): Raised {
  const { errorCode, cause } = options;
  return {
    kind: 'raised',
    trap: {
      kind,
      eip,
      ...(errorCode !== undefined && { errorCode: wrapU32(errorCode) }),
      ...(cause !== undefined && { cause }),
    },
  };
}

export function nextEip(instruction: Instruction): U32 {
  return wrapU32(instruction.address + instruction.length);
}

/** Gives the registers after an instruction that changes `changes` and goes on. */
export function advance(
  instruction: Instruction,
  registers: RegisterFile,
  changes: Partial<Record<keyof RegisterFile, number>>,
): RegisterFile {
  const next: Record<string, U32> = { ...registers, eip: nextEip(instruction) };
  for (const [name, value] of Object.entries(changes)) next[name] = wrapU32(value);
  return next as RegisterFile;
}

/** Reads a little-endian number of up to four bytes. */
export function littleEndian(bytes: Uint8Array, offset = 0, size = Math.min(4, bytes.length - offset)): U32 {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (bytes[offset + i] ?? 0);
  return wrapU32(value);
}

export function littleEndianBytes(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i < 4 ? (value >>> (8 * i)) & 0xff : 0));
}
