// A session over one replayed report has a timeline, at most one diversion off it, and breakpoints that hold on both. It is the DebugTarget
// of every front end.

import type { Cpu } from '../cpu/cpu.ts';
import type { Decoder, Syntax } from '../decoder/decoder.ts';
import { type Instruction, MAX_INSTRUCTION_LENGTH } from '../decoder/instruction.ts';
import type { Fault } from '../machine/faults.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { Breakpoints } from './breakpoints.ts';
import { compareWithOriginal } from './comparison.ts';
import type {
  Checkpoint,
  DebugTarget,
  DiversionReport,
  Diversions,
  ListedInstruction,
  Place,
  TimeTravel,
} from './debug-target.ts';
import { Diversion, type DiversionParts } from './diversion.ts';
import { type DiversionState, stateAt } from './diversion-state.ts';
import type { Edit } from './edit.ts';
import type { MachineView } from './machine-view.ts';
import type { StopReason } from './stop-reason.ts';
import { type Direction, type Position, type Recording, type RunMode, Timeline } from './timeline.ts';
import { originOf } from './value-origin.ts';

export interface SessionParts extends Recording {
  readonly decoder: Decoder;
  /** The CPU is used by this session alone while it lasts. */
  readonly cpu: Cpu;
  readonly syntax: Syntax;
}

/**
 * One examined report, to be walked in both directions: `travel` moves along the timeline, whose positions never change, `run` steps or
 * continues to the next breakpoint, `view` shows registers and memory where the session stands, `diversions` tries changed values.
 */
export class Session implements DebugTarget {
  readonly breakpoints = new Breakpoints();
  readonly listing: readonly ListedInstruction[];
  readonly travel: TimeTravel;
  readonly diversions: Diversions;
  readonly #parts: SessionParts;
  readonly #timeline: Timeline;
  readonly #known: ReadonlyMap<U32, Instruction>;
  #checkpoints: readonly Checkpoint[] = [];
  #nextCheckpoint = 1;
  #diversion: Diversion | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#timeline = new Timeline(parts, this.breakpoints);
    this.listing = listingOf(parts, this.#timeline);
    this.#known = new Map(this.listing.map(({ instruction }) => [instruction.address, instruction]));
    this.travel = this.#createTravel();
    this.diversions = this.#createDiversions();
  }

  get fault(): Fault | undefined {
    return this.#timeline.fault;
  }

  get place(): Place {
    const { index, address } = (this.#diversion?.origin ?? this.#timeline.current) as Position;
    return {
      line: this.#diversion ? 'diversion' : 'timeline',
      position: index,
      last: this.#timeline.positions.length - 1,
      executed: this.#diversion?.executed.length ?? 0,
      address: this.#diversion?.address ?? address,
      isFaulted: this.#diversion === undefined && this.#timeline.isFaulted,
    };
  }

  get view(): MachineView {
    return this.#diversion?.view ?? this.#timeline.current;
  }

  run(mode: RunMode, direction: Direction): StopReason {
    return (this.#diversion ?? this.#timeline).run(mode, direction);
  }

  instructionAt(address: U32): Instruction | undefined {
    return this.#decode(this.view, address);
  }

  print(instruction: Instruction): string {
    return this.#parts.decoder.print(instruction, this.#parts.syntax);
  }

  /** The captured code is decoded already, except where a diversion has changed it. */
  #decode(view: MachineView, address: U32): Instruction | undefined {
    const known = this.#known.get(address);
    const bytes: number[] = [];
    for (let i = 0; i < MAX_INSTRUCTION_LENGTH; i++) {
      const byte = view.byte(wrapU32(address + i));
      if (byte === undefined) break;
      bytes.push(byte.value);
      if (known?.length === bytes.length && known.bytes.every((value, k) => value === bytes[k])) return known;
    }
    return this.#parts.decoder.decode(Uint8Array.from(bytes), 0, address);
  }

  /**
   * Opens a diversion of its own off the position at `index`, for a question that is asked and forgotten. It sees no breakpoints. One runs at
   * a time, as all share the CPU.
   */
  branch(index: number, options: Pick<DiversionParts, 'edits' | 'mayReadUnknownAt'> = {}): Diversion {
    const origin = this.#timeline.positions[index];
    if (origin === undefined) throw new RangeError(`no position ${index}`);
    return this.#diversionFrom(origin, { ...options, breakpoints: new Breakpoints() });
  }

  #createTravel(): TimeTravel {
    const timeline = this.#timeline;
    const session = this;
    return {
      positions: timeline.positions,
      startReason: this.#parts.leadUp?.reason ?? 'no-code',
      get checkpoints() {
        return session.#checkpoints;
      },
      seek: (index) => {
        const stop = timeline.seek(index);
        this.#diversion = undefined;
        return stop;
      },
      seekLastChange: (watched) => (this.#diversion ?? timeline).seekLastChange(watched),
      rewindToCrash: () => {
        timeline.rewindToCrash();
        this.#diversion = undefined;
      },
      origin: (place) => originOf(place, timeline, this.#diversion?.origin ?? timeline.current),
      addCheckpoint: () => {
        const checkpoint = { id: this.#nextCheckpoint++, position: this.place.position };
        this.#checkpoints = [...this.#checkpoints, checkpoint];
        return checkpoint;
      },
      removeCheckpoint: (id) => {
        const before = this.#checkpoints.length;
        this.#checkpoints = this.#checkpoints.filter((checkpoint) => checkpoint.id !== id);
        return this.#checkpoints.length < before;
      },
    };
  }

  #createDiversions(): Diversions {
    const session = this;
    return {
      get current() {
        return session.#diversion && session.#report(session.#diversion);
      },
      edit: (edit: Edit) => {
        this.#diversion ??= this.#divert();
        this.#diversion.edit(edit);
      },
      drop: () => {
        const wasOpen = this.#diversion !== undefined;
        this.#diversion = undefined;
        return wasOpen;
      },
    };
  }

  #divert(): Diversion {
    return this.#diversionFrom(this.#timeline.current, { breakpoints: this.breakpoints });
  }

  #diversionFrom(origin: Position, own: Pick<DiversionParts, 'breakpoints' | 'edits' | 'mayReadUnknownAt'>): Diversion {
    const { machine, cpu } = this.#parts;
    return new Diversion({
      ...own,
      origin,
      state: this.#stateAt(origin),
      cpu,
      machine: machine.state,
      decode: (view, address) => this.#decode(view, address),
    });
  }

  #stateAt(position: Position): DiversionState {
    const { machine } = this.#parts;
    return stateAt(position, this.#timeline.knownAddresses(), machine.memory, machine.state.registers);
  }

  #report({ origin, edits, executed, address }: Diversion): DiversionReport {
    const comparison = compareWithOriginal(this.#timeline.positions, origin.index, executed, address);
    return { origin, edits, executed: executed.length, comparison };
  }
}

function listingOf({ replay, leadUp }: Recording, { positions }: Timeline): readonly ListedInstruction[] {
  const { window } = replay;
  const ran = new Map<U32, Instruction>();
  for (const { instruction } of positions) if (instruction) ran.set(instruction.address, instruction);
  for (const instruction of [...(window?.before ?? []), ...(window?.after ?? [])]) {
    if (!ran.has(instruction.address)) ran.set(instruction.address, instruction);
  }
  const crashSite = positions.at(-1)?.address;
  const executed = new Set(positions.slice(0, -1).map(({ address }) => address));
  const passedBy = new Set(leadUp?.notExecuted.map((offset) => offset) ?? []);
  const offsetOf = offsetInCode(positions);
  const sorted = [...ran.values()].sort((a, b) => a.address - b.address);
  return sorted.map((instruction): ListedInstruction => {
    const { address } = instruction;
    const role =
      address === crashSite
        ? 'crash-site'
        : executed.has(address)
          ? 'lead-up'
          : passedBy.has(offsetOf(address))
            ? 'not-run'
            : 'outside';
    return { instruction, role };
  });
}

function offsetInCode(positions: readonly Position[]): (address: U32) => number {
  const step = positions[0]?.step;
  return (address) => (step === undefined ? -1 : wrapU32(address - step.address + step.offset));
}
