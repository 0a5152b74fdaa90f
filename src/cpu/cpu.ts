// One exact i386 instruction at a time: the engine executes, the decoder and the rules of the machine decide what faults.
// Read `outcome` types first; the corrections of what Unicorn gets wrong are one file each in ./rules.

import type { Instruction } from '../decoder/instruction.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { MemoryAccess, ValuedAccess } from '../machine/access.ts';
import type { FaultCause } from '../machine/fault-cause.ts';
import type { Fault, Trap } from '../machine/faults.ts';
import type { RegisterFile } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import type { CannotRun } from './cannot-run.ts';

export interface MachineState {
  readonly registers: RegisterFile;
  readonly segments: SegmentFile;
  readonly mode: 'kernel' | 'user';
  readonly processor?: ProcessorModel;
  /** How the error code shows a fetch: with a bit of its own (the default) only where the machine has NX or SMEP. */
  readonly fetchErrorCode?: 'execute' | 'read';
}

/**
 * What the log's machine ran on, where that shows in a log. `hardware` is a real CPU of any maker: where these differ, none is claimed.
 * `amd` and `intel` are those of one. `amd-kvm`, a virtual machine on AMD: int1 reports its own address, not the next one. `qemu-tcg`, QEMU without KVM: a read-modify-write reads before it asks to write,
 * so that the error code says read, and null selectors and segment limits are ignored.
 */
export type ProcessorModel = 'hardware' | 'amd' | 'intel' | 'amd-kvm' | 'qemu-tcg';

/**
 * What to do when an instruction reads bytes that nobody knows: give `access.size` of them (a witness; those that are known
 * are kept, the others become known), or stop in front of the instruction.
 */
export type AbsentMemoryPolicy = (access: MemoryAccess) => Uint8Array | 'stop';

export type StepOutcome =
  /** Completed; for a repeated string instruction one round of it. `accesses` are in the CPU's order. */
  | {
      readonly kind: 'executed';
      readonly instruction: Instruction;
      readonly before: RegisterFile;
      readonly after: RegisterFile;
      readonly accesses: readonly ValuedAccess[];
      /** Where the instruction loaded a segment register. */
      readonly segments?: SegmentFile;
    }
  /** Raised an exception; `registers` are those the CPU would show in its report. */
  | {
      readonly kind: 'fault';
      /** Absent where the fetch itself failed. */
      readonly instruction?: Instruction;
      readonly fault: Fault;
      readonly registers: RegisterFile;
    }
  /** Needs bytes that nobody knows; nothing was executed. */
  | { readonly kind: 'absent'; readonly instruction?: Instruction; readonly access: MemoryAccess }
  /** An access through a segment whose base nobody knows; nothing was executed. */
  | { readonly kind: 'unknown-segment-base'; readonly instruction: Instruction; readonly segment: string }
  /** The engine cannot run this instruction, or what it does depends on state that no log holds; nothing was executed. */
  | {
      readonly kind: 'unsupported';
      readonly instruction?: Instruction;
      readonly reason: CannotRun;
      /** Exceptions that it raises in some of those states. */
      readonly mayRaise?: readonly PossibleTrap[];
      /** Set where it can be run as one maker's processors do it (`ProcessorModel`), and those of another do it differently. */
      readonly processorsDiffer?: true;
    };

/** An exception that this instruction can raise, and what must be so for it. */
export interface PossibleTrap {
  readonly kind: Trap['kind'];
  readonly cause: FaultCause;
}

/** Which byte of a large operand CR2 names, and which of several accesses fails first, differs from processor to processor. */
export type Caveat = 'fault-address-of-large-operands' | 'order-of-accesses';

/** A machine in front of its next instruction. */
export interface Cpu {
  /** Starts over: state and memory of a machine. The memory is written by the instructions that run. */
  load(state: MachineState, memory: SyntheticMemory, absent: AbsentMemoryPolicy): void;
  /** Executes the instruction at EIP. */
  step(): StepOutcome;
  registers(): RegisterFile;
  setRegisters(registers: RegisterFile): void;
  readonly memory: SyntheticMemory;
  /** What this CPU cannot vouch for on every processor where the instruction raises `fault`, for a warning; undefined where there is nothing. */
  caveat(instruction: Instruction, fault: Fault): Caveat | undefined;
}
