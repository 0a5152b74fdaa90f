// Two CPUs that print at the same time without saying who: their lines alternate. Each kind of line occurs once in a report, so the
// first of a pair goes to one report and the second to the other.

import { countStackWords } from '../grammar/stack-lines.ts';
import type { Fact } from './fact.ts';

/** Keys of the report that began first and of the one that began right after it. */
export const FIRST = '';
export const SECOND = 'second';

/** What a line is, so that two lines of the same sort are told from two lines of one report. */
export function sortOf(text: string, facts: readonly Fact[]): string | undefined {
  const [fact] = facts;
  if (!fact) return countStackWords(text) > 0 ? 'stack-words' : undefined;
  if (fact.kind === 'identity') return `identity ${fact.field}`;
  if (fact.kind === 'section') return `section ${fact.section}`;
  if (fact.kind === 'eip' || fact.kind === 'symbol') return `eip ${fact.source}`;
  return 'name' in fact ? `${fact.kind} ${fact.name}` : fact.kind;
}

export interface Alternation {
  /** The report that a line belongs to. */
  ownerOf(text: string, facts: readonly Fact[]): string;
}

export function createAlternation(): Alternation {
  // Both headlines are there when it is seen that two reports alternate.
  const counts = new Map<string, number>([['headline', 2]]);
  let owner = SECOND;
  return {
    ownerOf(text, facts) {
      const sort = sortOf(text, facts);
      // What cannot be told stays with the line before it.
      if (sort === undefined) return owner;
      const count = counts.get(sort) ?? 0;
      counts.set(sort, count + 1);
      owner = count % 2 === 0 ? FIRST : SECOND;
      return owner;
    },
  };
}
