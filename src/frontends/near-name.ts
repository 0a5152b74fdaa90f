// Which known name may have been meant by one that does not exist.

/** Most slips of the hand in a name that are seen through; a short name allows one. */
const MOST_SLIPS = 2;
const SHORT_NAME = 3;
/** Letters of a written name that are looked at; no known name is longer. */
const LONGEST = 64;

/** The known name that is nearest to `written`, the first of equally near ones; undefined if none is near. */
export function nearName(written: string, known: readonly string[]): string | undefined {
  if (written.length > LONGEST) return undefined;
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const slips = slipsBetween(written, name);
    const allowed = Math.min(written.length, name.length) <= SHORT_NAME ? 1 : MOST_SLIPS;
    if (slips > allowed || slips >= fewest) continue;
    best = name;
    fewest = slips;
  }
  return best;
}

/**
 * Letters that are added, lost, changed or exchanged with their neighbour: the optimal string alignment distance
 * (Damerau, "A technique for computer detection and correction of spelling errors", CACM 7, 1964).
 */
function slipsBetween(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let k = 1; k <= to.length; k++) {
      const isSame = from[i - 1] === to[k - 1];
      const isExchanged = i > 1 && k > 1 && from[i - 1] === to[k - 2] && from[i - 2] === to[k - 1];
      row.push(
        Math.min(
          (last[k] as number) + 1,
          (row[k - 1] as number) + 1,
          (last[k - 1] as number) + (isSame ? 0 : 1),
          isExchanged ? (beforeLast[k - 2] as number) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] as number;
}
