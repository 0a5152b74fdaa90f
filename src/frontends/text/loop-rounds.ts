// Which steps of a lead-up are rounds of one loop, so that of many the last ones are enough to be read.

/** Rounds of one loop from which on some are left out, and how many stay. */
const FOLDED_FROM = 4;
const SHOWN_ROUNDS = 3;
/** Steps of one round. */
const LONGEST_ROUND = 10;

export interface FoldedRounds {
  /** Index of the first step that is left out, and of the first after these that is shown. */
  readonly from: number;
  readonly to: number;
  /** All rounds, those that are shown among them. */
  readonly rounds: number;
  readonly shown: number;
}

/** `offsets`: of the steps, in the order of execution. Gives runs of equal rounds, in the same order. */
export function foldedRounds(offsets: readonly number[]): readonly FoldedRounds[] {
  const folds: FoldedRounds[] = [];
  for (let i = 0; i < offsets.length; ) {
    const { length, rounds } = roundsAt(offsets, i);
    if (rounds >= FOLDED_FROM)
      folds.push({ from: i, to: i + (rounds - SHOWN_ROUNDS) * length, rounds, shown: SHOWN_ROUNDS });
    i += rounds >= FOLDED_FROM ? rounds * length : 1;
  }
  return folds;
}

/** The shortest round that is repeated most often from `start` on. */
function roundsAt(offsets: readonly number[], start: number): { readonly length: number; readonly rounds: number } {
  let best = { length: 1, rounds: 1 };
  for (let length = 1; length <= LONGEST_ROUND; length++) {
    let same = 0;
    while (start + length + same < offsets.length && offsets[start + same] === offsets[start + length + same]) same++;
    const rounds = 1 + Math.floor(same / length);
    if (rounds >= FOLDED_FROM && rounds * length > best.rounds * best.length) best = { length, rounds };
  }
  return best;
}
