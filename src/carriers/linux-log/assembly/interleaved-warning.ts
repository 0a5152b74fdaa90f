// Another CPU prints a warning in the middle of an oops; nothing says whose a line is. A kernel prints each sort of line once in a report,
// in a fixed order, and a warning has no lines of a page fault: that tells most lines apart. What is left goes with the line before it.

import type { Fact } from './fact.ts';
import { type Alternation, FIRST, SECOND, sortOf } from './interleaved-oopses.ts';
import { hasRegisters, isDescribed, isPageFault, type ReportDraft } from './report-draft.ts';

/** Lines that a warning never has. */
const OF_A_FAULT: ReadonlySet<Fact['kind']> = new Set(['page-fault', 'page-table', 'closing-cr2', 'closing-eip']);
/** Lines that come only after those that say where and on which CPU. */
const OF_A_BLOCK: ReadonlySet<Fact['kind']> = new Set(['register', 'segment', 'control', 'debug', 'code']);

interface Progress {
  readonly sorts: Set<string>;
  isBlockBegun: boolean;
  isInTrace: boolean;
}

/** True where `draft` is an oops whose registers are still to come. */
export function canBeInterrupted(draft: ReportDraft): boolean {
  return draft.tally.isPageFault && !draft.kinds.has('cut-here') && draft.phase === 'open' && !hasRegisters(draft);
}

/** From the `cut here` line on that came after the lines of `oops`. */
export function createInterruption(oops: ReportDraft): Alternation {
  const first: Progress = { sorts: new Set(), isBlockBegun: isDescribed(oops), isInTrace: false };
  for (const { fact } of oops.facts) note(first, sortOf('', [fact]), fact);
  const second: Progress = { sorts: new Set(['cut-here']), isBlockBegun: false, isInTrace: false };
  let owner = SECOND;
  return {
    ownerOf(text, facts) {
      const [fact] = facts;
      const sort = sortOf(text, facts);
      owner = (fact && ownerByKind(fact, first, second)) ?? ownerByOrder(sort, fact, first, second) ?? owner;
      note(owner === FIRST ? first : second, sort, fact);
      return owner;
    },
  };
}

function ownerByKind(fact: Fact, first: Progress, second: Progress): string | undefined {
  if (OF_A_FAULT.has(fact.kind)) return FIRST;
  if (fact.kind === 'die') return isPageFault(fact) ? FIRST : SECOND;
  if (fact.kind === 'headline') return isPageFault(fact) ? FIRST : SECOND;
  if (fact.kind !== 'trace' || first.isInTrace === second.isInTrace) return undefined;
  return first.isInTrace ? FIRST : SECOND;
}

/** The only report of the two in which such a line is still to come. */
function ownerByOrder(
  sort: string | undefined,
  fact: Fact | undefined,
  first: Progress,
  second: Progress,
): string | undefined {
  if (sort === undefined || fact === undefined || fact.kind === 'trace') return undefined;
  const awaits = ({ sorts, isBlockBegun }: Progress) =>
    !sorts.has(sort) && (isBlockBegun || !OF_A_BLOCK.has(fact.kind));
  if (awaits(first) === awaits(second)) return undefined;
  return awaits(first) ? FIRST : SECOND;
}

function note(progress: Progress, sort: string | undefined, fact: Fact | undefined): void {
  if (sort !== undefined) progress.sorts.add(sort);
  if (fact === undefined) return;
  if (fact.kind === 'symbol' || fact.kind === 'eip' || fact.kind === 'block-start') progress.isBlockBegun = true;
  if (fact.kind === 'section') progress.isInTrace = fact.section === 'trace';
  else if (fact.kind === 'end-trace') progress.isInTrace = false;
}
