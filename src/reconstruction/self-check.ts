// A test of our own conclusions: a value that is said to follow from the log must be there in every run that ends as the log says. Runs with
// other witnesses are such runs; what moves in one of them was not derived, and is no longer called so.

import { GENERAL_REGISTERS, type RegisterFile } from '../machine/registers.ts';
import type { Knowledge, StepKnowledge } from './knowledge.ts';

/** Registers, as `registerKey` and `leftKey` write them, whose claimed value a run contradicts. */
export function contradictedBy(run: readonly RegisterFile[], knowledge: Knowledge): ReadonlySet<string> {
  const moved = new Set<string>();
  knowledge.steps.forEach((step, i) => {
    const before = run[i];
    if (before === undefined) return;
    const after = run[i - 1];
    GENERAL_REGISTERS.forEach((name, r) => {
      const claimed = claimedValue(step, r);
      if (claimed !== undefined && claimed >>> 0 !== before[name]) moved.add(registerKey(i, name));
      const left = [step.left[r], step.leftAlong[r]].find((known) => known?.unknown === 0);
      if (left && after && left.value >>> 0 !== after[name]) moved.add(leftKey(i, name));
    });
  });
  return moved;
}

export function registerKey(step: number, register: string): string {
  return `${step}.${register}`;
}

export function leftKey(step: number, register: string): string {
  return `left ${registerKey(step, register)}`;
}

function claimedValue({ backward, along }: StepKnowledge, register: number): number | undefined {
  const bits = [backward.registers[register], along.registers[register]].find((known) => known?.unknown === 0);
  return bits?.value;
}
