// What the rest of the program asks of an emulation engine. One adapter per Unicorn build implements it;
// its corrections of the engine's own bugs stay inside. The rules of the machine that no Unicorn build follows
// (privilege, alignment, error-code bits) belong to src/cpu, which drives this interface.

import type { AccessKind, ValuedAccess } from '../machine/access.ts';
import type { RegisterFile, SegmentRegister } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import type { LinearAddress, U32 } from '../machine/u32.ts';

/** Any subset of read, write and execute, in that order: `rw`, `rx`. */
export type Permissions = 'r' | 'rw' | 'rx' | 'rwx';

/** Why one step of the engine ended. A step that did not complete or halt leaves the CPU as it was before it; memory may be half written. */
export type EngineStop =
  | { readonly kind: 'completed' }
  /** The engine met an access that the map does not allow. `linearAddress` is the first byte the engine could not touch. */
  | {
      readonly kind: 'access-violation';
      readonly access: AccessKind;
      readonly linearAddress: LinearAddress;
      /** The first byte of the whole access, if the engine reports it. */
      readonly start?: LinearAddress;
      readonly size: number;
      /** False if nothing is mapped there; true if the page is mapped without the permission. */
      readonly mapped: boolean;
    }
  /** The engine raised an exception or ran a software interrupt; `eip` is what the CPU would push: after `int3`, at a faulting `div`. */
  | { readonly kind: 'interrupt'; readonly vector: number; readonly eip: U32 }
  | { readonly kind: 'invalid-instruction' }
  | { readonly kind: 'halted' }
  /** The engine gave up; if it died (abort), a new one has replaced it, and nothing is mapped. */
  | { readonly kind: 'engine-failure'; readonly message: string };

/** CPU state that can be put back: general, segment, x87 and SSE registers. Memory is not part of it. */
export interface EngineCheckpoint {
  readonly registers: RegisterFile;
  readonly opaque: unknown;
}

export interface AccessObserver {
  /** It is called before a data access to mapped memory, and may write memory (`write`) so that a read sees the bytes. */
  before(access: AccessKind, linearAddress: LinearAddress, size: number): void;
}

export interface Emulator {
  /** Goes back to the state of a new engine: nothing mapped, registers 0, x87 and SSE as after fninit with MXCSR 1f80. */
  reset(): void;
  registers(): RegisterFile;
  /** Writes all general registers, EIP and EFLAGS (TF, RF, VM, NT and IOPL are left out: they would change how the engine steps). */
  setRegisters(registers: RegisterFile): void;
  /**
   * Loads selectors and their bases (an absent base counts as 0) as flat segments, and enters the privilege level of CS.
   * General registers stay; x87 and SSE return to their initial state. No descriptor table is left in the guest's memory.
   */
  setSegments(segments: SegmentFile): void;
  /** Gives the selectors that the segment registers hold now. */
  selectors(): Readonly<Record<SegmentRegister, number>>;
  /** Maps whole 4 KiB pages. */
  map(start: U32, size: number, permissions: Permissions): void;
  protect(start: U32, size: number, permissions: Permissions): void;
  unmap(start: U32, size: number): void;
  /** Reads bytes at `address`, which must be mapped. */
  read(address: U32, size: number): Uint8Array;
  /** Writes bytes, whatever the permissions are; `address` must be mapped. */
  write(address: U32, bytes: Uint8Array): void;
  /** Runs the one instruction of `length` bytes at EIP (one round of a repeated string instruction). */
  step(length: number, observer?: AccessObserver): EngineStop;
  checkpoint(): EngineCheckpoint;
  restore(checkpoint: EngineCheckpoint): void;
  /** The data accesses of the last step that completed, in the engine's order. Some are missing for instructions that the engine runs in helpers. */
  lastAccesses(): readonly ValuedAccess[];
  close(): void;
}
