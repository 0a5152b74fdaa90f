// A diversion is a copy that leaves the timeline: values are changed, and the CPU runs on from there. Read `run` first. Going back restores the nearest
// checkpoint and runs forward again, which gives the same states, as nothing in a diversion depends on anything but its start and its edits.

import type { Cpu, MachineState } from '../cpu/cpu.ts';
import { isBetweenComparisons } from '../cpu/repeated-comparison.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { ValuedAccess } from '../machine/access.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import type { Breakpoints } from './breakpoints.ts';
import { certaintyAfter, copiesMemoryOnly, neededFor, restsOnAssumed } from './certainty.ts';
import { copyOf, type DiversionState, viewOf } from './diversion-state.ts';
import { applyEdit, type Edit, type EditCertainty, TRIED } from './edit.ts';
import type { Provenance } from './known-value.ts';
import type { KnownRegisters, MachineView } from './machine-view.ts';
import type { StopReason } from './stop-reason.ts';
import type { Direction, Position, RunMode } from './timeline.ts';
import type { StepEffects, Watched } from './watch.ts';
import { watchedChange } from './watch.ts';

/** One executed instruction. */
export interface ExecutedStep {
  readonly instruction: Instruction;
  readonly after: KnownRegisters;
  /** How certain the stored values are. */
  readonly stored: Provenance;
  readonly accesses: readonly ValuedAccess[];
}

export interface PlacedEdit {
  /** The number of instructions executed before the edit. */
  readonly at: number;
  readonly edit: Edit;
}

interface Checkpoint {
  readonly at: number;
  /** The state before the edits that were made there. */
  readonly state: DiversionState;
}

const CHECKPOINT_INTERVAL = 4;
/** The most instructions of one run; code that still runs then is taken not to end. */
export const STEP_LIMIT = 2000;

export interface DiversionParts {
  readonly origin: Position;
  readonly state: DiversionState;
  readonly cpu: Cpu;
  readonly machine: MachineState;
  readonly breakpoints: Breakpoints;
  readonly decode: (view: MachineView, address: U32) => Instruction | undefined;
  /** How certain values are that edits set. Default: `TRIED`. */
  readonly edits?: EditCertainty;
  /**
   * The instruction at this address may read bytes that are unknown, if no value of them decides what happens; what it makes of them is
   * unknown. Everywhere else the run stops there.
   */
  readonly mayReadUnknownAt?: U32;
}

export class Diversion {
  /** The position of the timeline that it left. */
  readonly origin: Position;
  readonly #cpu: Cpu;
  readonly #machine: MachineState;
  readonly #breakpoints: Breakpoints;
  readonly #decode: DiversionParts['decode'];
  readonly #editCertainty: EditCertainty;
  readonly #mayReadUnknownAt: U32 | undefined;
  readonly #checkpoints: Checkpoint[];
  readonly #executed: ExecutedStep[] = [];
  #edits: readonly PlacedEdit[] = [];
  #state: DiversionState;
  #view: MachineView | undefined;
  /** Whether the instruction that runs may read unknown bytes, and whether it did. */
  #mayReadUnknown = false;
  #readUnknown = false;

  constructor(parts: DiversionParts) {
    this.origin = parts.origin;
    this.#cpu = parts.cpu;
    this.#machine = parts.machine;
    this.#breakpoints = parts.breakpoints;
    this.#decode = parts.decode;
    this.#editCertainty = parts.edits ?? TRIED;
    this.#mayReadUnknownAt = parts.mayReadUnknownAt;
    this.#state = copyOf(parts.state);
    this.#checkpoints = [{ at: 0, state: parts.state }];
    this.#load();
  }

  get executed(): readonly ExecutedStep[] {
    return this.#executed;
  }

  get edits(): readonly PlacedEdit[] {
    return this.#edits;
  }

  get address(): U32 {
    return this.#state.registers.eip;
  }

  /** True if the way here, or an address of the instruction here, rests on an assumed value. */
  get restsOnAssumed(): boolean {
    const instruction = this.#decode(this.view, this.address);
    const { certainty } = this.#state;
    return instruction === undefined ? certainty.pathAssumed : restsOnAssumed(instruction, certainty);
  }

  /** Valid until the diversion moves or is edited. */
  get view(): MachineView {
    this.#view ??= viewOf(this.#state);
    return this.#view;
  }

  /** Edits at later places are dropped, since the diversion takes another way now. */
  edit(edit: Edit): void {
    const at = this.#executed.length;
    this.#edits = [...this.#edits.filter((placed) => placed.at <= at), { at, edit }];
    while ((this.#checkpoints.at(-1) as Checkpoint).at > at) this.#checkpoints.pop();
    this.#setState(applyEdit(this.#state, edit, this.#editCertainty));
    this.#load();
  }

  run(mode: RunMode, direction: Direction): StopReason {
    for (let steps = 0; steps < STEP_LIMIT; steps++) {
      const here = this.#frozenView();
      const stop = direction === 'forward' ? this.#forward(here) : this.#backward(here);
      if (stop !== undefined) return stop;
      if (mode === 'step') return { kind: 'step' };
    }
    return { kind: 'step-limit', steps: STEP_LIMIT };
  }

  /** Seeks as the timeline does, but no further back than the start of the diversion. */
  seekLastChange(watched: Watched): StopReason {
    while (this.#executed.length > 0) {
      const later = copyView(this.#state);
      const effects = effectsOf(this.#executed.at(-1) as ExecutedStep);
      this.#goTo(this.#executed.length - 1);
      const change = watchedChange(watched, effects, this.view, later);
      if (change) return { kind: 'watchpoint', condition: 'none', change };
    }
    return { kind: 'diversion-begin' };
  }

  #forward(here: MachineView): StopReason | undefined {
    const failed = this.#execute();
    if (failed !== undefined) return failed;
    this.#applyEdits();
    const effects = effectsOf(this.#executed.at(-1) as ExecutedStep);
    const arrived = { view: this.view, address: this.address };
    return this.#breakpoints.stopAfter({ earlier: here, later: this.view, effects, arrived });
  }

  #backward(here: MachineView): StopReason | undefined {
    const last = this.#executed.at(-1);
    if (last === undefined) return { kind: 'diversion-begin' };
    this.#goTo(this.#executed.length - 1);
    const arrived = { view: this.view, address: this.address };
    return this.#breakpoints.stopAfter({ earlier: this.view, later: here, effects: effectsOf(last), arrived });
  }

  /** Runs one instruction. Gives undefined if it completed. */
  #execute(): StopReason | undefined {
    const at = this.#executed.length;
    if (at % CHECKPOINT_INTERVAL === 0 && at > (this.#checkpoints.at(-1) as Checkpoint).at && !this.#editedAt(at)) {
      this.#checkpoints.push({ at, state: copyOf(this.#state) });
    }
    const { registers, certainty } = this.#state;
    const instruction = this.#decode(this.view, this.address);
    const need = instruction && neededFor(instruction, certainty);
    if (need) return { kind: 'needs-register', ...need };
    this.#readUnknown = false;
    this.#mayReadUnknown =
      instruction !== undefined && instruction.address === this.#mayReadUnknownAt && copiesMemoryOnly(instruction);
    const outcome = this.#cpu.step();
    switch (outcome.kind) {
      case 'executed':
        this.#complete(outcome.instruction, outcome.accesses, outcome.segments);
        return undefined;
      case 'fault':
        this.#cpu.setRegisters(registers);
        return { kind: 'fault', fault: outcome.fault };
      case 'absent':
        return { kind: 'needs-memory', access: outcome.access };
      case 'unknown-segment-base':
        return { kind: 'needs-segment-base', segment: outcome.segment };
      case 'unsupported':
        return { kind: 'cannot-run', reason: outcome.reason };
    }
  }

  #complete(
    instruction: Instruction,
    accesses: readonly ValuedAccess[],
    segments: DiversionState['segments'] | undefined,
  ): void {
    const { bytes, memory, certainty } = this.#state;
    const read = accesses.filter(({ access }) => access === 'read');
    const provenances = read.flatMap(({ linearAddress, size }) => rangeOf(bytes, linearAddress, size));
    if (this.#readUnknown) provenances.push('unknown');
    const { after, stored } = certaintyAfter(
      instruction,
      certainty,
      provenances,
      isBetweenComparisons(instruction, this.#cpu.registers()),
    );
    const known = new Map(bytes);
    for (const { access, linearAddress, size } of accesses) {
      if (access !== 'write') continue;
      if (stored === 'unknown') memory.forget(linearAddress, size);
      for (let i = 0; i < size; i++) {
        const address = wrapU32(linearAddress + i);
        if (stored === 'assumed') known.set(address, { provenance: 'assumed' });
        else known.delete(address);
      }
    }
    this.#setState({
      ...this.#state,
      registers: this.#cpu.registers(),
      certainty: after,
      bytes: known,
      ...(segments && { segments }),
    });
    this.#executed.push({ instruction, after: this.view.registers(), stored, accesses });
  }

  #applyEdits(): void {
    const at = this.#executed.length;
    const here = this.#edits.filter((placed) => placed.at === at);
    if (here.length === 0) return;
    this.#setState(here.reduce((state, { edit }) => applyEdit(state, edit, this.#editCertainty), this.#state));
    this.#load();
  }

  #editedAt(at: number): boolean {
    return this.#edits.some((placed) => placed.at === at);
  }

  /** A checkpoint has no x87 and SSE registers. If the way from a later checkpoint needs them, an earlier one is taken. */
  #goTo(target: number): void {
    const wanted = this.#executed.slice(0, target);
    for (let i = this.#checkpoints.length - 1; i >= 0; i--) {
      const { at, state } = this.#checkpoints[i] as Checkpoint;
      if (at > target) continue;
      this.#executed.length = 0;
      for (const step of wanted.slice(0, at)) this.#executed.push(step);
      this.#setState(copyOf(state));
      this.#load();
      this.#applyEdits();
      while (this.#executed.length < target && this.#execute() === undefined) this.#applyEdits();
      if (this.#executed.length === target) return;
    }
    throw new Error('a diversion could not be run again');
  }

  #setState(state: DiversionState): void {
    this.#state = state;
    this.#view = undefined;
  }

  #load(): void {
    const { registers, segments, memory } = this.#state;
    this.#cpu.load({ ...this.#machine, registers, segments }, memory, ({ size }) => {
      if (!this.#mayReadUnknown) return 'stop';
      this.#readUnknown = true;
      return new Uint8Array(size);
    });
  }

  /** Copies the state if a watchpoint on memory will compare with it. */
  #frozenView(): MachineView {
    const watches = this.#breakpoints
      .list()
      .some((breakpoint) => breakpoint.kind === 'watchpoint' && breakpoint.watched.kind === 'memory');
    return watches ? copyView(this.#state) : this.view;
  }
}

function copyView(state: DiversionState): MachineView {
  return viewOf(copyOf(state));
}

function rangeOf(bytes: DiversionState['bytes'], start: U32, size: number): readonly Provenance[] {
  return Array.from({ length: size }, (_, i) => bytes.get(wrapU32(start + i))?.provenance ?? 'derived');
}

function effectsOf({ instruction, accesses }: ExecutedStep): StepEffects {
  const touches = accesses.flatMap(({ access, linearAddress, size }) =>
    access === 'execute' ? [] : [{ access, address: linearAddress, size }],
  );
  return { instruction, touches, unseen: 'none' };
}
