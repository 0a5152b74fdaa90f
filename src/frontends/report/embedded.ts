// What a report file holds beside what it shows: the JSON of its reports, and the lines of the log that each was read from.

import { visibleFacts } from '../../machine/visible-text.ts';
import { type Evidence, firstLineOf, lineCountOf } from '../../snapshot/evidence.ts';
import type { ReportJson } from '../json/contract/report.ts';
import type { LogLines, View } from '../view/view.ts';
import type { WalkAction, WalkState } from '../view/walk-state.ts';

export interface EmbeddedReport {
  readonly report: ReportJson;
  readonly log?: LogLines;
}

/** Lines of one report that are shown. */
const MOST_LINES = 2000;

/** The lines that a report was read from, out of those of its log; nothing where it came from no line. */
export function logLinesOf(evidence: Evidence, lines: readonly string[]): Pick<EmbeddedReport, 'log'> {
  const first = firstLineOf(evidence);
  if (first === undefined) return {};
  const count = lineCountOf(evidence) ?? 1;
  const shown = lines.slice(first - 1, first - 1 + Math.min(count, MOST_LINES)).map((line) => line.replace(/\r$/, ''));
  return { log: { first, lines: shown, ...(count > MOST_LINES && { more: count - MOST_LINES }) } };
}

export const DATA_ID = 'replay-data';

export function rootId(index: number): string {
  return `report-${index + 1}`;
}

/** The view of one report of a file; what is shown is visible, whatever the log held. */
export function viewOf(
  { report, log }: EmbeddedReport,
  index: number,
  state: WalkState,
  act?: (action: WalkAction) => void,
): View {
  return {
    report: visibleFacts(report),
    ...(log && { log: visibleFacts(log) }),
    state,
    id: (name) => `r${index + 1}-${name}`,
    ...(act && { act }),
  };
}
