// The forms in which `replay test` reports: pretty, TAP 14, JUnit XML, JSON lines. None holds a time or an order of its own,
// so that equal results give equal text.

import type { ScenarioResult } from '../../scenario/run-scenario.ts';
import { type Paint, plain } from './paint.ts';
import { detailLines, plural, type ResultTotals, scenarioLines, totalsOf } from './scenario-result.ts';

export const REPORTERS = ['pretty', 'tap', 'junit', 'json'] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** Text for each result as it comes, in order, and for the end. */
export interface Reporter {
  readonly begin: string;
  result(result: ScenarioResult, index: number): string;
  end(results: readonly ScenarioResult[], asked: number): string;
}

export function createReporter(name: ReporterName, paint: Paint): Reporter {
  switch (name) {
    case 'pretty':
      return pretty(paint);
    case 'tap':
      return TAP;
    case 'junit':
      return JUNIT;
    case 'json':
      return JSON_LINES;
  }
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

function pretty(paint: Paint): Reporter {
  return {
    begin: '',
    result: (result) => lines(scenarioLines(printable(result), paint)),
    end(results, asked) {
      const totals = totalsOf(results);
      const left = asked - results.length;
      const words = [
        `${totals.passed} passed`,
        ...(totals.failed > 0 ? [paint('bad', `${totals.failed} failed`)] : []),
        ...(totals.broken > 0 ? [paint('bad', `${totals.broken} could not be run`)] : []),
        ...(left > 0 ? [`${left} not run`] : []),
      ];
      return `\n${plural(results.length, 'scenario')}: ${words.join(', ')} (${plural(totals.checks, 'check')})\n`;
    },
  };
}

const TAP: Reporter = {
  begin: 'TAP version 14\n',
  result(original, index) {
    const result = printable(original);
    const state = result.status === 'passed' ? 'ok' : 'not ok';
    const name = result.directory.replace(/[\\#]/g, '\\$&');
    const details = detailLines(result, plain);
    const block = details.length === 0 ? [] : ['  ---', '  message: |', ...details.map((line) => `  ${line}`), '  ...'];
    return lines([`${state} ${index + 1} - ${name}`, ...block]);
  },
  end: (results, asked) => lines([`1..${asked}`, ...(results.length < asked ? ['Bail out! a scenario failed'] : [])]),
};

/** The files of a scenario may hold anything: what would steer a terminal is shown as a picture of itself. */
function printable(result: ScenarioResult): ScenarioResult {
  const { directory, why, problems, mismatches } = result;
  return {
    ...result,
    directory: withoutControls(directory, ''),
    ...(why !== undefined && { why: withoutControls(why, ' ') }),
    problems: problems.map((problem) => ({ ...problem, message: withoutControls(problem.message, '') })),
    mismatches: mismatches.map(({ expected, actual, ...rest }) => ({
      ...rest,
      expected: withoutControls(expected, '\n'),
      actual: withoutControls(actual, '\n'),
    })),
  };
}

/** `lineEnd` takes the place of a line feed; without one it is shown like the others. */
function withoutControls(text: string, lineEnd: '\n' | ' ' | ''): string {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) as number;
    if (char === '\n' && lineEnd !== '') return lineEnd;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : code >= 0x80 && code < 0xa0 ? '\ufffd' : char;
  }).join('');
}

const JUNIT: Reporter = {
  begin: '<?xml version="1.0" encoding="UTF-8"?>\n',
  result: () => '',
  end(results) {
    const { passed, failed, broken } = totalsOf(results);
    const tests = passed + failed + broken;
    return lines([
      `<testsuites tests="${tests}" failures="${failed}" errors="${broken}">`,
      `  <testsuite name="replay" tests="${tests}" failures="${failed}" errors="${broken}">`,
      ...results.flatMap(testCase),
      '  </testsuite>',
      '</testsuites>',
    ]);
  },
};

function testCase(result: ScenarioResult): readonly string[] {
  const open = `    <testcase classname="replay" name="${xml(result.directory)}"`;
  if (result.status === 'passed') return [`${open}/>`];
  const element = result.status === 'failed' ? 'failure' : 'error';
  const [first] = [...result.problems.map(({ message }) => message), ...result.mismatches.map(({ path }) => path)];
  const text = detailLines(result, plain).join('\n');
  return [`${open}>`, `      <${element} message="${xml(first ?? '')}">${xml(text)}</${element}>`, '    </testcase>'];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 forbids become a replacement character. */
function xml(text: string): string {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) as number;
    const isControl = code < 0x20 && code !== 9 && code !== 10;
    const isForbidden = isControl || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
    return isForbidden ? '\ufffd' : (ENTITIES[char] ?? char);
  }).join('');
}

const JSON_LINES: Reporter = {
  begin: '',
  result: (result) => `${JSON.stringify({ schema: 'replay-test/1', ...result })}\n`,
  end(results, asked) {
    const totals: ResultTotals = totalsOf(results);
    return `${JSON.stringify({ schema: 'replay-test/1', summary: { ...totals, notRun: asked - results.length } })}\n`;
  },
};
