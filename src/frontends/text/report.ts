// The whole text of one report, section by section: a function of its JSON and of the colours alone.

import { visibleFacts } from '../../machine/visible-text.ts';
import type { ReportJson } from '../json/contract/report.ts';
import { outletText } from '../painted-text.ts';
import { diagnosisLines } from './diagnosis.ts';
import { faultLines } from './fault.ts';
import { findingLines, originLines } from './finding.ts';
import { leadUpLines } from './lead-up.ts';
import { aroundLines, faultingLine } from './listing.ts';
import { ansi, type Paint, plain } from './paint.ts';
import { registerLines } from './registers.ts';
import { stackLines } from './stack.ts';
import { titleLines } from './title.ts';
import { verdictLines } from './verdict.ts';

/** What `replay` prints for one report: `json` as `toJson` makes it, or as it is read from what `--json` printed. */
export function toText(json: ReportJson, { colour = false }: { readonly colour?: boolean } = {}): string {
  return outletText(formatReport(json, colour ? ansi : plain));
}

/**
 * The lines of it: sections with a blank line between them; empty ones are left out. Every text becomes visible before a line is laid out,
 * so that what is measured is what will be shown, and no field of a log can end its line.
 */
export function formatReport(json: ReportJson, paint: Paint): readonly string[] {
  const report = visibleFacts(json);
  const leadUp = leadUpLines(report, paint);
  const sections = [
    titleLines(report, paint),
    diagnosisLines(report, paint),
    faultingLine(report, paint),
    [...faultLines(report, paint), ...findingLines(report)],
    verdictLines(report, paint),
    leadUp.length > 0 ? leadUp : aroundLines(report, paint),
    registerLines(report),
    leadUp.length > 0 ? originLines(report) : [],
    stackLines(report, paint),
  ];
  return sections.filter((section) => section.length > 0).flatMap((section, i) => (i > 0 ? ['', ...section] : section));
}
