// The whole text of one report, section by section: a function of its JSON and of the style alone.

import { visibleFacts } from '../../machine/visible-text.ts';
import type { ReportJson } from '../json/contract/report.ts';
import { outletText } from '../painted-text.ts';
import { asciiFacts, asciiLine } from './ascii.ts';
import { contextLines } from './context.ts';
import { diagnosisLines } from './diagnosis.ts';
import { faultLines } from './fault.ts';
import { findingLines, originLines } from './finding.ts';
import { leadUpLines } from './lead-up.ts';
import { aroundLines, faultingLine } from './listing.ts';
import { ansi, plain } from './paint.ts';
import { registerLines } from './registers.ts';
import { binaryLines, faultSourceLines } from './source.ts';
import { stackLines } from './stack.ts';
import { type Length, type Section, type TextStyle, textStyle } from './style.ts';
import { titleLines } from './title.ts';
import { traceLines } from './trace.ts';
import { verdictLines } from './verdict.ts';

/** How `toText` lays a report out. */
export interface TextOptions {
  readonly colour?: boolean;
  /** Columns, 40 to 160. Default: 80. */
  readonly width?: number;
  /** Nothing but ASCII. */
  readonly ascii?: boolean;
  readonly length?: Length;
  /** These sections and no others, at full length. */
  readonly only?: readonly Section[];
}

/** What `replay` prints for one report: `json` as `toJson` makes it, or as it is read from what `--json` printed. */
export function toText(json: ReportJson, { colour = false, ...choice }: TextOptions = {}): string {
  return outletText(formatReport(json, textStyle({ ...choice, paint: colour ? ansi : plain })));
}

/**
 * The lines of it: sections with a blank line between them; empty ones are left out. Every text becomes visible before a line is laid out,
 * so that what is measured is what will be shown, and no field of a log can end its line.
 */
export function formatReport(json: ReportJson, style: TextStyle): readonly string[] {
  const visible = visibleFacts(json);
  const report = style.ascii ? asciiFacts(visible) : visible;
  const leadUp = leadUpLines(report, style);
  const shown = (section: Section, lines: () => readonly string[]) => (style.sections.has(section) ? lines() : []);
  const sections = [
    titleLines(report, style),
    shown('diagnosis', () => diagnosisLines(report, style)),
    shown('context', () => contextLines(report, style)),
    shown('fault', () => [...faultingLine(report, style), ...faultSourceLines(report, style)]),
    shown('fault', () => [...faultLines(report, style), ...findingLines(report, style)]),
    shown('verdict', () => verdictLines(report, style)),
    shown('verdict', () => binaryLines(report, style)),
    shown('lead-up', () => leadUp),
    shown('lead-up', () => (leadUp.length > 0 ? originLines(report, style) : [])),
    shown('code', () => (leadUp.length === 0 || style.whole ? aroundLines(report, style) : [])),
    shown('registers', () => registerLines(report, style)),
    shown('trace', () => traceLines(report, style)),
    shown('stack', () => stackLines(report, style)),
  ];
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i > 0 ? ['', ...section] : section));
  return style.ascii ? lines.map(asciiLine) : lines;
}
