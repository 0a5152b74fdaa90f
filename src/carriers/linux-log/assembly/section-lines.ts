// Lines that mean what the heading above them says: words under `Stack:`, names under `Modules linked in:`, bytes that go on.

import { isCodeContinuation, isWholeCode, readCodeBytes } from '../grammar/code-line.ts';
import { readPrintingEip } from '../grammar/eip-lines.ts';
import { readModuleNames } from '../grammar/module-lines.ts';
import { countStackWords, readDamagedRow, readStackWords } from '../grammar/stack-lines.ts';
import { readTraceEntries } from '../grammar/trace-lines.ts';
import type { Fact } from './fact.ts';
import { hasRegisters, isDescribed, type ReportDraft } from './report-draft.ts';

/** A row of this many words is a row of the stack even where the caption was lost. */
const SHORTEST_STACK_ROW = 4;

function hasWholeCode(draft: ReportDraft): boolean {
  const last = draft.kinds.get('code')?.at(-1)?.fact;
  return last?.kind === 'code' && isWholeCode(last);
}

/** `plain` is what the line says without its context. Empty where the context adds nothing. */
export function readInSection(draft: ReportDraft, text: string, plain: readonly Fact[]): readonly Fact[] {
  if (draft.section === 'printing-eip' && /^[0-9a-fA-FoOlI]{8}$/.test(text))
    return readPrintingEip(`printing eip: ${text}`);
  if (draft.section === 'stack') {
    const words = readStackWords(text);
    if (words.length > 0) return words;
  }
  if (draft.section === 'code' && !hasWholeCode(draft) && isCodeContinuation(text))
    return [{ ...readCodeBytes(text), continues: true }];
  if (draft.phase === 'open' && hasRegisters(draft) && countStackWords(text) >= SHORTEST_STACK_ROW)
    return readStackWords(text);
  return plain.length > 0 ? [] : readUnclear(draft, text);
}

/** A line that says nothing by itself. */
function readUnclear(draft: ReportDraft, text: string): readonly Fact[] {
  if (draft.section === 'stack') return readDamagedRow(text);
  if (draft.section === 'modules') return readModuleNames(text);
  if (draft.section === 'trace') return readTraceEntries(text);
  // Red Hat's 2.4 prints the module list without a caption between `Oops:` and `CPU:`.
  if (draft.kinds.has('die') && !isDescribed(draft) && /\s/.test(text)) return readModuleNames(text);
  return [];
}
