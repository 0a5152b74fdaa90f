// A debug target is what a front end asks of a session. Abilities that not every target has are interfaces of their own, present or absent.

import type { Instruction } from '../decoder/instruction.ts';
import type { Fault } from '../machine/faults.ts';
import type { U32 } from '../machine/u32.ts';
import type { StartReason } from '../reconstruction/lead-up.ts';
import type { Breakpoints } from './breakpoints.ts';
import type { Comparison } from './comparison.ts';
import type { PlacedEdit } from './diversion.ts';
import type { Edit } from './edit.ts';
import type { MachineView } from './machine-view.ts';
import type { StopReason } from './stop-reason.ts';
import type { Direction, Position, RunMode } from './timeline.ts';
import type { ValueOrigin, ValuePlace } from './value-origin.ts';
import type { Watched } from './watch.ts';

export interface Place {
  readonly line: 'timeline' | 'diversion';
  /** The position on the timeline; in a diversion it is the one that was left. */
  readonly position: number;
  /** The position of the crash site. */
  readonly last: number;
  /** The number of instructions that the diversion has run; 0 on the timeline. */
  readonly executed: number;
  readonly address: U32;
  /** True at the crash site once its fault has been raised. */
  readonly isFaulted: boolean;
}

export interface DebugTarget {
  readonly place: Place;
  /** The machine here. The view is valid until the next move or edit. */
  readonly view: MachineView;
  readonly breakpoints: Breakpoints;
  readonly fault: Fault | undefined;
  run(mode: RunMode, direction: Direction): StopReason;
  /** Gives undefined if the bytes are unknown or are no instruction. */
  instructionAt(address: U32): Instruction | undefined;
  print(instruction: Instruction): string;
  /** The captured code, in the order of addresses. */
  readonly listing: readonly ListedInstruction[];
  readonly travel?: TimeTravel;
  readonly diversions?: Diversions;
}

export interface ListedInstruction {
  readonly instruction: Instruction;
  /** `not-run`: it lies between instructions of the lead-up and was passed by; `outside`: before the lead-up or after the fault. */
  readonly role: 'lead-up' | 'crash-site' | 'not-run' | 'outside';
}

/** Seeking throws a RangeError for a position that does not exist, and leaves a diversion. */
export interface TimeTravel {
  readonly positions: readonly Position[];
  readonly startReason: StartReason;
  readonly checkpoints: readonly Checkpoint[];
  seek(index: number): StopReason;
  seekLastChange(watched: Watched): StopReason;
  /** Goes back to the state at the beginning: at the crash site, its fault raised, no diversion. */
  rewindToCrash(): void;
  origin(place: ValuePlace): ValueOrigin;
  /** Remembers the current position. */
  addCheckpoint(): Checkpoint;
  removeCheckpoint(id: number): boolean;
}

export interface Checkpoint {
  readonly id: number;
  readonly position: number;
}

export interface DiversionReport {
  readonly origin: Position;
  readonly edits: readonly PlacedEdit[];
  readonly executed: number;
  readonly comparison: Comparison;
}

export interface Diversions {
  /** The open diversion. It is absent on the original timeline. */
  readonly current: DiversionReport | undefined;
  /** Changes something, in a new diversion if none is open. */
  edit(edit: Edit): void;
  /** Throws the diversion away and returns to the position that it left. Gives false if none was open. */
  drop(): boolean;
}
