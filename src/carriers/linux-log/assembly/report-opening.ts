// Which line opens another report while one is being read.

import { isWriter } from '../grammar/foreign-dumps.ts';
import type { Fact } from './fact.ts';
import { hasRegisters, isDescribed, isOfI386, isOfSignal, type ReportDraft } from './report-draft.ts';

const OPENERS: ReadonlySet<Fact['kind']> = new Set(['headline', 'die', 'cut-here', 'block-start', 'panic']);
const OF_REGISTERS: ReadonlySet<Fact['kind']> = new Set(['register', 'segment', 'eip', 'control']);
/** What no text of another writer holds. */
const OF_A_KERNEL: ReadonlySet<Fact['kind']> = new Set([...OPENERS, 'identity', 'symbol', 'page-table']);

/** Whether a line after `draft` opens a report, by what the line is. */
export function opensReport(draft: ReportDraft, facts: readonly Fact[]): boolean {
  if (isOfWriter(draft) && isOfKernel(facts)) return true;
  let first: Fact | undefined;
  for (const fact of facts) {
    if (fact.kind === 'foreign' && isAnotherOrigin(draft, fact)) return true;
    if (OPENERS.has(fact.kind)) first ??= fact;
  }
  if (!first) return false;
  if (draft.foreign) return opensBehindForeign(draft, first);
  switch (first.kind) {
    case 'headline':
      // `kernel BUG at` follows `cut here`; a watchdog or a double fault names itself twice, and a stall's dump says that it is one.
      return (
        isDescribed(draft) || draft.kinds.has('die') || (draft.kinds.has('headline') && !sameHeadline(draft, first))
      );
    case 'die':
      return isDescribed(draft) || draft.kinds.has('die');
    case 'cut-here':
      return isDescribed(draft) || draft.kinds.has('headline') || draft.kinds.has('die');
    case 'block-start':
      return (
        (hasRegisters(draft) || (draft.kinds.has('code') && !isOfSignal(draft))) &&
        !(draft.kinds.has('panic') && draft.phase === 'ended')
      );
    default:
      return false;
  }
}

/** Kernels repeat the register block after the end of a report. A block with another EIP is none: the first lines of its report are lost. */
export function isBehindEnd(draft: ReportDraft, facts: readonly Fact[]): boolean {
  if (draft.phase !== 'ended' || draft.foreign) return false;
  const block = facts.find((fact) => fact.kind === 'eip');
  const known = draft.tally.blockEip;
  return block?.kind === 'eip' && block.source === 'block' && known !== undefined && known !== block.value;
}

/** True where what prints now is not what printed `draft`. */
function isAnotherOrigin(draft: ReportDraft, { origin }: Extract<Fact, { kind: 'foreign' }>): boolean {
  if (isOfWriter(draft)) return draft.foreign !== origin;
  return isWriter(origin) ? !isBare(draft) : isOfI386(draft);
}

/** Nothing but registers so far: they may be of whoever is named after them. */
function isBare({ foreign, kinds }: ReportDraft): boolean {
  return foreign === undefined && [...kinds.keys()].every((kind) => OF_REGISTERS.has(kind));
}

/** The selector stands with the address only in `EIP: 0060:[<c0123456>]`. */
function isOfKernel(facts: readonly Fact[]): boolean {
  const kinds = new Set(facts.map(({ kind }) => kind));
  return facts.some(({ kind }) => OF_A_KERNEL.has(kind)) || (kinds.has('eip') && kinds.has('segment'));
}

function isOfWriter({ foreign }: ReportDraft): boolean {
  return foreign !== undefined && isWriter(foreign);
}

/** The lines of a foreign report are not read; its headline and its die line may still come one after the other. */
function opensBehindForeign(draft: ReportDraft, fact: Fact): boolean {
  if (fact.kind === 'die') return draft.kinds.has('die');
  return (fact.kind === 'headline' || fact.kind === 'cut-here') && (draft.kinds.has('die') || draft.kinds.has('code'));
}

/** Says of `fact` that it names the report again. */
export function sameHeadline(draft: ReportDraft, fact: Fact): boolean {
  const { headlines, named } = draft.tally;
  if (fact.kind !== 'headline' || headlines.size === 0) return false;
  if (headlines.has(fact.text) || named.size > 1 || !named.has(fact.report)) return true;
  return isDump(fact) && !draft.kinds.has('identity');
}

/** A stall names no processor; the dump that it asks for has a headline of its own. */
function isDump(fact: Fact): boolean {
  return fact.kind === 'headline' && fact.report === 'register-dump';
}
