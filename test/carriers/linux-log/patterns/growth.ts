// How the work of a pattern grows with the text, for the worst text that is known for it.

import { countedPattern } from './backtracking.ts';
import { textOf, type WorstCase, worstCases } from './worst-cases.ts';

const SHORT = 512;
const LONG = [2048, 4096] as const;
/** Far below this nothing has gone back over the text. */
const FEW_STEPS_PER_CHARACTER = 24;
/** A megabyte costs so many million steps, a few tenths of a second. */
export const MOST_STEPS_PER_CHARACTER = 400;
/** Twice the text takes twice the steps, not four times as many. */
const MOST_GROWTH = 2.5;

export interface Finding {
  readonly text: WorstCase;
  readonly stepsPerCharacter: number;
  /** Steps for twice the text, as a multiple. */
  readonly growth: number;
}

/** The first text with which `pattern` takes more than linear time; undefined where there is none. */
export function superLinear(pattern: RegExp, longest: number = LONG[1]): Finding | undefined {
  const counted = countedPattern(pattern);
  for (const text of worstCases(pattern)) {
    const count = (length: number): number => {
      const whole = textOf(text, length);
      return counted.steps(whole, (whole.length + 1) * MOST_STEPS_PER_CHARACTER + 100_000) / whole.length;
    };
    if (count(Math.min(SHORT, longest)) < FEW_STEPS_PER_CHARACTER) continue;
    const [half, all] = [count(longest / 2), count(longest)];
    const growth = (2 * all) / half;
    if (all > MOST_STEPS_PER_CHARACTER || growth > MOST_GROWTH) return { text, stepsPerCharacter: all, growth };
  }
  return undefined;
}
