// Breakpoints and watchpoints of a session. They belong to the session, not to a place in time, and hold on the original timeline and in
// diversions alike.

import type { U32 } from '../machine/u32.ts';
import type { MachineView } from './machine-view.ts';
import type { ConditionOutcome, StopReason } from './stop-reason.ts';
import { type StepEffects, type Watched, watchedChange } from './watch.ts';

/** A condition gives undefined if it depends on something unknown. */
export type Condition = (view: MachineView) => boolean | undefined;

export interface ConditionText {
  readonly text: string;
  readonly holds: Condition;
}

interface Common {
  readonly id: number;
  readonly condition?: ConditionText;
  readonly enabled: boolean;
  readonly hits: number;
  /** It is removed when it stops a run. */
  readonly temporary?: true;
}

export type Breakpoint =
  | (Common & { readonly kind: 'breakpoint'; readonly address: U32 })
  | (Common & { readonly kind: 'watchpoint'; readonly watched: Watched });

export type NewBreakpoint =
  | {
      readonly kind: 'breakpoint';
      readonly address: U32;
      readonly condition?: ConditionText;
      readonly temporary?: true;
    }
  | { readonly kind: 'watchpoint'; readonly watched: Watched; readonly condition?: ConditionText };

export class Breakpoints {
  readonly #all = new Map<number, Breakpoint>();
  #nextId = 1;

  add(wanted: NewBreakpoint): Breakpoint {
    const breakpoint = { ...wanted, id: this.#nextId++, enabled: true, hits: 0 };
    this.#all.set(breakpoint.id, breakpoint);
    return breakpoint;
  }

  /** Gives false if there is none of that number. */
  remove(id: number): boolean {
    return this.#all.delete(id);
  }

  enable(id: number, enabled: 'enabled' | 'disabled'): boolean {
    return this.#change(id, { enabled: enabled === 'enabled' });
  }

  /** Sets a condition; without one the breakpoint always stops. */
  setCondition(id: number, condition: ConditionText | undefined): boolean {
    const old = this.#all.get(id);
    if (old === undefined) return false;
    const { condition: _dropped, ...rest } = old;
    this.#all.set(id, condition === undefined ? rest : { ...rest, condition });
    return true;
  }

  list(): readonly Breakpoint[] {
    return [...this.#all.values()];
  }

  /** Says whether to stop after a move. A watchpoint is reported before a breakpoint, as it says what happened. */
  stopAfter(move: Move): StopReason | undefined {
    let stop: StopReason | undefined;
    for (const breakpoint of this.#all.values()) {
      if (!breakpoint.enabled) continue;
      const reason = stopOf(breakpoint, move);
      if (reason === undefined) continue;
      if (breakpoint.temporary) this.remove(breakpoint.id);
      else this.#change(breakpoint.id, { hits: breakpoint.hits + 1 });
      if (stop === undefined || (stop.kind === 'breakpoint' && reason.kind === 'watchpoint')) stop = reason;
    }
    return stop;
  }

  #change(id: number, change: Partial<Pick<Common, 'enabled' | 'hits'>>): boolean {
    const old = this.#all.get(id);
    if (old === undefined) return false;
    this.#all.set(id, { ...old, ...change });
    return true;
  }
}

/** One move by one instruction, in either direction; `earlier` and `later` are places in time. */
export interface Move {
  readonly earlier: MachineView;
  readonly later: MachineView;
  readonly effects: StepEffects;
  /** The place where the move ends. */
  readonly arrived: { readonly view: MachineView; readonly address: U32 };
}

function stopOf(breakpoint: Breakpoint, { earlier, later, effects, arrived }: Move): StopReason | undefined {
  const { id } = breakpoint;
  if (breakpoint.kind === 'breakpoint') {
    if (breakpoint.address !== arrived.address) return undefined;
    const condition = decide(breakpoint, arrived.view);
    return condition && { kind: 'breakpoint', id, condition, ...(breakpoint.temporary && { temporary: true }) };
  }
  const change = watchedChange(breakpoint.watched, effects, earlier, later);
  if (change === undefined) return undefined;
  const condition = decide(breakpoint, arrived.view);
  return condition && { kind: 'watchpoint', id, condition, change };
}

function decide({ condition }: Breakpoint, view: MachineView): ConditionOutcome | undefined {
  if (condition === undefined) return 'none';
  const holds = condition.holds(view);
  if (holds === undefined) return 'undecided';
  return holds ? 'true' : undefined;
}
