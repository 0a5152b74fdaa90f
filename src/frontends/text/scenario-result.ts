// Results of scenarios for a person: what differs, where it was expected, a line to search for.

import { visibleFacts, visibleText } from '../../machine/visible-text.ts';
import type { PlacedMismatch, ScenarioResult } from '../../scenario/run-scenario.ts';
import type { Paint } from './paint.ts';

export interface ResultTotals {
  readonly passed: number;
  readonly failed: number;
  readonly broken: number;
  readonly checks: number;
}

export function totalsOf(results: readonly ScenarioResult[]): ResultTotals {
  const count = (status: ScenarioResult['status']) => results.filter((result) => result.status === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    broken: count('broken'),
    checks: results.reduce((sum, { checks }) => sum + checks, 0),
  };
}

const MARKS: Readonly<Record<ScenarioResult['status'], string>> = { passed: '✓', failed: '✗', broken: '!' };

export function scenarioLines(result: ScenarioResult, paint: Paint): readonly string[] {
  const { directory, status, checks, updated } = visibleResult(result);
  const role = status === 'passed' ? 'good' : 'bad';
  const note = updated.length > 0 ? paint('mark', `  wrote ${updated.join(', ')}`) : '';
  const count = status === 'broken' ? '' : paint('quiet', `  ${plural(checks, 'check')}`);
  return [`${paint(role, MARKS[status])} ${directory}${count}${note}`, ...detailLines(result, paint)];
}

/** The files of a scenario may hold anything. Sentences go on one line; texts that are compared line by line keep their lines. */
export function visibleResult(result: ScenarioResult): ScenarioResult {
  const { why, mismatches, ...rest } = result;
  return {
    ...visibleFacts(rest),
    ...(why !== undefined && { why: visibleText(why.trim().replace(/\n/g, ' ')) }),
    mismatches: mismatches.map(({ expected, actual, ...place }) => ({
      ...visibleFacts(place),
      expected: expected.split('\n').map(visibleText).join('\n'),
      actual: actual.split('\n').map(visibleText).join('\n'),
    })),
  };
}

/** What is wrong; nothing for a scenario that passed. */
export function detailLines(result: ScenarioResult, paint: Paint): readonly string[] {
  const { directory, why, problems, mismatches } = visibleResult(result);
  const wrong = [
    ...problems.map(({ file, line, message }) => `    ${place(directory, file, line)}: ${message}`),
    ...mismatches.flatMap((mismatch) => mismatchLines(directory, mismatch, paint)),
  ];
  return wrong.length > 0 && why !== undefined ? [paint('quiet', `    ${why}`), ...wrong] : wrong;
}

function mismatchLines(directory: string, mismatch: PlacedMismatch, paint: Paint): readonly string[] {
  const { path, line, expected, actual } = mismatch;
  const head = `    ${place(directory, 'scenario.yaml', line)}: ${path.replace(/^expect\./, '')}`;
  if (!expected.includes('\n') && !actual.includes('\n')) {
    return [head, `      expected  ${paint('good', expected)}`, `      found     ${paint('bad', actual)}`];
  }
  return [head, ...differenceLines(expected, actual, paint).map((text) => `      ${text}`)];
}

function place(directory: string, file: string, line: number): string {
  return line === 0 ? directory : `${directory}/${file}:${line}`;
}

const CONTEXT = 2;
/** More differing lines than this are not read by anybody. */
const SHOWN = 40;
const ALIGNED_LINES = 600;

/** `- expected`, `+ found`, with a little of what both have around it. */
export function differenceLines(expected: string, actual: string, paint: Paint): readonly string[] {
  const edits = alignLines(expected.split('\n'), actual.split('\n'));
  const isNear = (i: number) => edits.slice(Math.max(0, i - CONTEXT), i + CONTEXT + 1).some(({ sign }) => sign !== ' ');
  const lines: string[] = [];
  let gap = false;
  for (const [i, { sign, text }] of edits.entries()) {
    if (!isNear(i)) {
      gap = true;
      continue;
    }
    if (lines.length >= SHOWN) return [...lines, '…'];
    if (gap && lines.length > 0) lines.push('…');
    gap = false;
    lines.push(sign === ' ' ? `  ${text}` : paint(sign === '-' ? 'good' : 'bad', `${sign} ${text}`));
  }
  return lines;
}

interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Longest common subsequence; texts too long for that are compared line by line. */
function alignLines(a: readonly string[], b: readonly string[]): readonly Edit[] {
  if (a.length > ALIGNED_LINES || b.length > ALIGNED_LINES) return pairLines(a, b);
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const down = length[(i + 1) * width + j] as number;
      const right = length[i * width + j + 1] as number;
      length[i * width + j] = a[i] === b[j] ? (length[(i + 1) * width + j + 1] as number) + 1 : Math.max(down, right);
    }
  }
  const edits: Edit[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ sign: ' ', text: a[i++] as string });
      j++;
    } else if (
      j >= b.length ||
      (i < a.length && (length[(i + 1) * width + j] as number) >= (length[i * width + j + 1] as number))
    ) {
      edits.push({ sign: '-', text: a[i++] as string });
    } else edits.push({ sign: '+', text: b[j++] as string });
  }
  return edits;
}

function pairLines(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const edits: Edit[] = [];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]];
    if (left === right) edits.push({ sign: ' ', text: left ?? '' });
    else {
      if (left !== undefined) edits.push({ sign: '-', text: left });
      if (right !== undefined) edits.push({ sign: '+', text: right });
    }
  }
  return edits;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
