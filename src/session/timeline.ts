// The timeline is the positions from the first rebuilt instruction to the fault. It never changes; only the current position does.

import type { Instruction } from '../decoder/instruction.ts';
import type { PageState } from '../emulator/synthetic-memory.ts';
import type { Fault } from '../machine/faults.ts';
import { GENERAL_REGISTERS, type RegisterName, type SegmentRegister } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import type { U32 } from '../machine/u32.ts';
import type { KnownValue, LeadUp, LeadUpStep, StartReason } from '../reconstruction/lead-up.ts';
import type { Replay, ReplayedMachine } from '../replay/replay-types.ts';
import type { Breakpoints } from './breakpoints.ts';
import { type KnownByte, UNKNOWN } from './known-value.ts';
import { effectsOfStep, LeadUpMemory } from './lead-up-memory.ts';
import { type KnownRegisters, knownSelectors, type MachineView } from './machine-view.ts';
import type { StopReason } from './stop-reason.ts';
import { type StepEffects, type Watched, watchedChange } from './watch.ts';

export type Direction = 'forward' | 'backward';
export type RunMode = 'step' | 'continue';

/** A replay with a machine, as every timeline needs one. */
export interface Recording {
  readonly replay: Replay;
  readonly machine: ReplayedMachine;
  /** It is absent if nothing was rebuilt. */
  readonly leadUp?: LeadUp;
  /** The segment registers whose selector the log prints. */
  readonly printedSegments: ReadonlySet<SegmentRegister>;
}

/** One place on the timeline: the machine before the instruction at `address` runs. */
export interface Position extends MachineView {
  /** The index counts from 0; the crash site is the last position. */
  readonly index: number;
  readonly address: U32;
  /** It is absent if the bytes at EIP are no whole instruction. */
  readonly instruction?: Instruction;
  /** It is absent at the crash site. */
  readonly step?: LeadUpStep;
}

/** No log prints more code bytes than this. */
const LONGEST_CODE = 1024;

export class Timeline {
  readonly positions: readonly Position[];
  readonly fault: Fault | undefined;
  readonly #startReason: StartReason;
  readonly #breakpoints: Breakpoints;
  readonly #steps: readonly LeadUpStep[];
  #at: number;
  /** The fault was raised and nothing has been undone since: going on is impossible. */
  #isFaulted = true;

  constructor({ replay, machine, leadUp, printedSegments }: Recording, breakpoints: Breakpoints) {
    this.#steps = leadUp?.steps ?? [];
    this.#startReason = leadUp?.reason ?? 'no-code';
    this.#breakpoints = breakpoints;
    this.fault = replay.fault;
    const code = { start: machine.codeStart, size: machine.memory.knownLength(machine.codeStart, LONGEST_CODE) };
    const memory = new LeadUpMemory(this.#steps, machine.memory, code);
    const { segments } = machine.state;
    const selectors = knownSelectors(segments, printedSegments);
    const place = (index: number, address: U32, registers: KnownRegisters) => ({
      index,
      address,
      registers: () => registers,
      segments: (): SegmentFile => segments,
      selectors: () => selectors,
      byte: (at: U32): KnownByte | undefined => memory.byte(index, at),
      pageState: (at: U32): PageState => machine.memory.pageState(at),
    });
    const eip = eipProvenance(replay, machine);
    const steps = this.#steps.map((step, index) => ({
      ...place(index, step.address, { ...step.before, eip: { ...eip.earlier, value: step.address } }),
      instruction: step.instruction,
      step,
    }));
    const crashSite = {
      ...place(steps.length, machine.state.registers.eip, registersAtFault(replay, machine, leadUp, eip.last)),
      ...(replay.instruction && { instruction: replay.instruction }),
    };
    this.positions = [...steps, crashSite];
    this.knownAddresses = () => memory.addresses();
    this.#at = steps.length;
  }

  /** Gives the addresses of which something is known at some position. */
  readonly knownAddresses: () => ReadonlySet<U32>;

  get current(): Position {
    return this.positions[this.#at] as Position;
  }

  /** True at the crash site after its fault, as when the session begins. */
  get isFaulted(): boolean {
    return this.#isFaulted;
  }

  run(mode: RunMode, direction: Direction): StopReason {
    const by = direction === 'forward' ? 1 : -1;
    for (let moved = 0; moved <= this.positions.length; moved++) {
      const next = this.#at + by;
      if (next < 0) return { kind: 'timeline-begin', reason: this.#startReason };
      if (next >= this.positions.length) return this.#raise();
      this.#moveTo(next);
      const stop = this.#breakpoints.stopAfter({
        ...this.#move(Math.min(next, next - by)),
        arrived: { view: this.current, address: this.current.address },
      });
      if (stop !== undefined) return stop;
      if (mode === 'step') return { kind: 'step' };
    }
    return { kind: 'seek' };
  }

  /** Moves to the position at `index`, which must exist. */
  seek(index: number): StopReason {
    if (this.positions[index] === undefined) throw new RangeError(`no position ${index}`);
    this.#moveTo(index);
    return { kind: 'seek' };
  }

  /** Goes back to the state at the beginning. */
  rewindToCrash(): void {
    this.#at = this.positions.length - 1;
    this.#isFaulted = true;
  }

  /** Goes back to before the instruction that last changed or may have changed `watched`, or to the beginning if none did. */
  seekLastChange(watched: Watched): StopReason {
    for (let index = this.#at - 1; index >= 0; index--) {
      const { earlier, later, effects } = this.#move(index);
      const change = watchedChange(watched, effects, earlier, later);
      if (change === undefined) continue;
      this.#moveTo(index);
      return { kind: 'watchpoint', condition: 'none', change };
    }
    this.#moveTo(0);
    return { kind: 'timeline-begin', reason: this.#startReason };
  }

  /** Gives the effects of the instruction at position `index`, or undefined at the crash site. */
  effects(index: number): StepEffects | undefined {
    return index < this.#steps.length ? effectsOfStep(this.#steps, index) : undefined;
  }

  #move(index: number): { earlier: Position; later: Position; effects: StepEffects } {
    return {
      earlier: this.positions[index] as Position,
      later: this.positions[index + 1] as Position,
      effects: effectsOfStep(this.#steps, index),
    };
  }

  #moveTo(index: number): void {
    this.#at = index;
    this.#isFaulted = false;
  }

  #raise(): StopReason {
    if (this.#isFaulted || this.fault === undefined) {
      return { kind: 'timeline-end', ...(this.fault && { fault: this.fault }) };
    }
    this.#isFaulted = true;
    return { kind: 'fault', fault: this.fault };
  }
}

const MADE_UP: Pick<KnownValue, 'provenance' | 'constraint'> = {
  provenance: 'assumed',
  constraint: 'the log prints no EIP: the address of the code was made up',
};

function eipProvenance(
  { codeBase }: Replay,
  { state, loggedEip }: ReplayedMachine,
): { readonly earlier: KnownValue; readonly last: KnownValue } {
  const value = state.registers.eip;
  if (codeBase === 'synthetic') return { earlier: MADE_UP, last: { ...MADE_UP, value } };
  const printed = codeBase === 'printed' && loggedEip === value;
  return { earlier: { provenance: 'derived' }, last: { provenance: printed ? 'observed' : 'derived', value } };
}

function registersAtFault(
  replay: Replay,
  machine: ReplayedMachine,
  leadUp: LeadUp | undefined,
  eip: KnownValue,
): KnownRegisters {
  const known = (name: RegisterName): KnownValue => {
    const part = [replay.operand?.base, replay.operand?.index].find((candidate) => candidate?.register === name);
    // What the fault address makes of a register is in the machine, and in no log.
    const isPrinted = !machine.missing.includes(name) && (part?.provenance ?? 'observed') === 'observed';
    if (isPrinted) return { provenance: 'observed', value: machine.state.registers[name] };
    if (name === 'eip' || name === 'eflags') return UNKNOWN;
    const solved = leadUp?.atFault[name];
    if (solved !== undefined) return solved;
    return part?.value === undefined || part.provenance === undefined
      ? UNKNOWN
      : { provenance: part.provenance, value: part.value };
  };
  const general = GENERAL_REGISTERS.map((name): [RegisterName, KnownValue] => [name, known(name)]);
  return { ...(Object.fromEntries(general) as KnownRegisters), eip, eflags: known('eflags') };
}
