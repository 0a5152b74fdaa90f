// The instructions that led to the fault, one a line: what each did to registers and memory, and how that is known.

import type { ReportJson } from '../json/contract/report.ts';
import { type FoldedRounds, foldedRounds } from './loop-rounds.ts';
import { codeName } from './number.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

/** Columns of instruction text before the effect; longer ones push it onto a line of its own. */
const TEXT_COLUMNS = 24;

type LeadUpJson = NonNullable<ReportJson['leadUp']>;
type StepJson = LeadUpJson['steps'][number];

const MARKS: Readonly<Record<StepJson['path'], string>> = { only: ' ', likely: ' ', assumed: '┆' };

export function leadUpLines(report: ReportJson, style: TextStyle): readonly string[] {
  const { leadUp, replay } = report;
  const { paint } = style;
  const faulting = replay.instruction;
  if (leadUp === undefined || leadUp.steps.length === 0 || faulting === undefined) return [];
  const places = [...leadUp.steps, faulting].map(codeName);
  const width = Math.max(...places.map((place) => place.length));
  // Rounds of a string instruction are left out already.
  const folds = foldedRounds(leadUp.steps.map(({ offset, round }, i) => (round === undefined ? offset : -1 - i)));
  const lines = leadUp.steps.flatMap((step, i) => {
    const fold = folds.find(({ from, to }) => from <= i && i < to);
    if (fold !== undefined) return fold.from === i ? foldLine(leadUp, fold, width, style) : [];
    return [...skippedLine(leadUp, i, report, width, style), ...stepLines(step, width, style)];
  });
  return [
    ...heading(leadUp, style),
    ...lines,
    ...skippedLine(leadUp, leadUp.steps.length, report, width, style),
    paint('mark', `  ▶ ${places.at(-1)?.padEnd(width)}  ${faulting.text}`),
    ...leadUp.legend.flatMap((text) => wrapText(`· ${text}`, 4, 6, style.width)).map((line) => paint('quiet', line)),
  ];
}

function heading({ proved, text }: LeadUpJson, { paint, width }: TextStyle): readonly string[] {
  return wrapText(`How it got here: ${text}`, 2, 4, width).map((line) => (proved ? line : paint('bad', line)));
}

/** One line for the rounds of a loop that are left out. */
function foldLine(
  { steps }: LeadUpJson,
  { from, to, rounds, shown }: FoldedRounds,
  width: number,
  { paint }: TextStyle,
): readonly string[] {
  const first = steps[from] as StepJson;
  const mark = steps.slice(from, to).some(({ origin }) => origin) ? ' ◀' : '';
  const text = `(a loop from here, ×${rounds}, the last ${COUNTS[shown] ?? shown} shown)`;
  return [paint('quiet', `  ${MARKS[first.path]} ${codeName(first).padEnd(width)}  ${text}${mark}`)];
}

const COUNTS: Readonly<Record<number, string>> = { 3: 'three' };

function stepLines(step: StepJson, width: number, { paint, width: columns }: TextStyle): readonly string[] {
  const head = `  ${MARKS[step.path]} ${codeName(step).padEnd(width)}  ${step.text}`;
  const { effects: parts = [], origin = false } = step;
  if (parts.length === 0 && !origin) return [head];
  const column = 6 + width + TEXT_COLUMNS;
  const joined = [parts.join(', '), ...(origin ? ['◀'] : [])].filter(Boolean).join(' ');
  const start = Math.max(column, head.length + 2);
  if (start + joined.length <= columns) return [`${head.padEnd(start)}${paint('quiet', joined)}`];
  const own = Math.max(8, Math.min(column, columns - Math.max(...parts.map((part) => part.length)) - 1));
  return [head, ...wrapText(joined, own, own, columns).map((line) => paint('quiet', line))];
}

/** One line for the instructions that lie between two steps and did not run. */
function skippedLine(
  leadUp: LeadUpJson,
  index: number,
  { snapshot, listing }: ReportJson,
  width: number,
  { paint }: TextStyle,
): readonly string[] {
  const from = leadUp.steps[index - 1];
  const to = leadUp.steps[index]?.offset ?? snapshot.code?.eipOffset;
  if (from === undefined || to === undefined) return [];
  const between = leadUp.notExecuted.filter((offset) => from.offset < offset && offset < to);
  const [first] = between;
  if (first === undefined) return [];
  const place = codeName(listing.find(({ offset }) => offset === first) ?? {});
  const count = between.length === 1 ? 'one instruction' : `${between.length} instructions`;
  return [paint('quiet', `    ${place.padEnd(width)}  (${count} not executed)`)];
}
