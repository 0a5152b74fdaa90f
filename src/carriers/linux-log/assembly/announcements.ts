// The kernel's sentences about what it found wrong. A sentence belongs to the report that begins right after it: the report before it
// is over by then, or has nothing to do with it.

import type { Fact } from './fact.ts';
import type { PlacedFact } from './report-draft.ts';

/** In lines that are not empty: dump_page() prints a few between its sentence and the report. */
const LONGEST_DISTANCE = 6;
const INVALID_OPCODE = 6;

interface Heard extends PlacedFact {
  /** Who prints, where the log tells. */
  readonly caller: string;
  /** How many lines there were by then. */
  readonly count: number;
}

export interface Announcements {
  hear(sentence: Heard): void;
  /** The sentences that announce the report which `first` opens at line `count` of them all. */
  before(count: number, first: Fact, caller: string): readonly PlacedFact[];
}

export function createAnnouncements(): Announcements {
  let heard: Heard[] = [];
  return {
    hear(sentence) {
      heard = [...heard.filter(({ count }) => sentence.count - count <= LONGEST_DISTANCE), sentence];
    },
    before(count, first, caller) {
      if (heard.length === 0 || !stopsTheKernel(first)) return [];
      const own = heard.filter((one) => one.caller === caller && count - one.count <= LONGEST_DISTANCE);
      heard = heard.filter((one) => !own.includes(one));
      return own;
    },
  };
}

/** BUG() and WARN(), whichever of their lines comes first in the log. */
function stopsTheKernel(first: Fact): boolean {
  if (first.kind === 'headline') return first.report === 'bug' || first.report === 'warning';
  return first.kind === 'cut-here' || (first.kind === 'die' && first.vector === INVALID_OPCODE);
}
