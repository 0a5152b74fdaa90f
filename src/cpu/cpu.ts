// One exact i386 instruction at a time: the engine executes, the decoder and the rules of the machine decide what faults.
// Read `StepOutcome` first; the corrections of what Unicorn gets wrong are one file each in ./rules.

import type { Instruction } from '../decoder/instruction.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { MemoryAccess, ValuedAccess } from '../machine/access.ts';
import type { FaultCause } from '../machine/fault-cause.ts';
import type { Fault, Trap } from '../machine/faults.ts';
import type { RegisterFile } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import type { CannotRun } from './cannot-run.ts';
import type { ProcessorDifference } from './processor-difference.ts';

export interface MachineState {
  readonly registers: RegisterFile;
  readonly segments: SegmentFile;
  readonly mode: 'kernel' | 'user';
  readonly processor?: ProcessorModel;
  /** A row of differences.ts in which the log shows its processor to be like those of one maker; it says nothing of the other rows. */
  readonly settled?: { readonly difference: ProcessorDifference; readonly maker: 'amd' | 'intel' };
  /** How the error code shows a fetch: with a bit of its own (the default) only where the machine has NX or SMEP. */
  readonly fetchErrorCode?: 'execute' | 'read';
}

/**
 * The processor of the log's machine, if the log shows it. `hardware` is a real CPU of any maker: where makers differ, nothing is claimed.
 * `amd` and `intel` are real CPUs of one maker. `amd-kvm`, a virtual machine on AMD: int1 reports its own address, not the next one. `qemu-tcg`, QEMU without KVM: a read-modify-write reads before it asks to write,
 * so that the error code says read, and null selectors and segment limits are ignored.
 */
export type ProcessorModel = 'hardware' | 'amd' | 'intel' | 'amd-kvm' | 'qemu-tcg';

/**
 * Decides what happens when an instruction reads unknown bytes: it gives `access.size` of them (a witness; those that are known
 * are kept, the others become known), or stops before the instruction.
 */
export type AbsentMemoryPolicy = (access: MemoryAccess) => Uint8Array | 'stop';

export type StepOutcome =
  /** The instruction completed, or one round of a repeated string instruction did. `accesses` are in the CPU's order. */
  | {
      readonly kind: 'executed';
      readonly instruction: Instruction;
      readonly before: RegisterFile;
      readonly after: RegisterFile;
      readonly accesses: readonly ValuedAccess[];
      /** It is present if the instruction loaded a segment register. */
      readonly segments?: SegmentFile;
    }
  /** The instruction raised an exception; `registers` are those that the CPU would show in its report. */
  | {
      readonly kind: 'fault';
      /** It is absent if the fetch itself failed. */
      readonly instruction?: Instruction;
      readonly fault: Fault;
      readonly registers: RegisterFile;
    }
  /** The instruction needs bytes that are unknown; nothing was executed. */
  | { readonly kind: 'absent'; readonly instruction?: Instruction; readonly access: MemoryAccess }
  /** The instruction uses a segment whose base is unknown; nothing was executed. */
  | { readonly kind: 'unknown-segment-base'; readonly instruction: Instruction; readonly segment: string }
  /** The engine cannot run this instruction, or what it does depends on state that no log holds; nothing was executed. */
  | {
      readonly kind: 'unsupported';
      readonly instruction?: Instruction;
      readonly reason: CannotRun;
      /** The exceptions that the instruction raises in some of those states. */
      readonly mayRaise?: readonly PossibleTrap[];
      /** The name of a row, if the instruction can be run as one maker's processors run it (`ProcessorModel`) and those of another differ. */
      readonly processorsDiffer?: ProcessorDifference;
    };

/** An exception that this instruction can raise, and what must be so for it. */
export interface PossibleTrap {
  readonly kind: Trap['kind'];
  readonly cause: FaultCause;
}

/** Which byte of a large operand CR2 names, and which of several accesses fails first, differs from processor to processor. */
export type Caveat = 'fault-address-of-large-operands' | 'order-of-accesses';

/** A machine before its next instruction. */
export interface Cpu {
  /** Starts over with the state and the memory of a machine. The instructions that run write to that memory. */
  load(state: MachineState, memory: SyntheticMemory, absent: AbsentMemoryPolicy): void;
  /** Executes the instruction at EIP. */
  step(): StepOutcome;
  registers(): RegisterFile;
  setRegisters(registers: RegisterFile): void;
  readonly memory: SyntheticMemory;
  /** What this CPU cannot vouch for on every processor where the instruction raises `fault`, for a warning; undefined where there is nothing. */
  caveat(instruction: Instruction, fault: Fault): Caveat | undefined;
}
