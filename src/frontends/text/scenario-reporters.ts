// The forms in which `replay test` reports: pretty, TAP 14, JUnit XML, JSON lines. None has an order of its own, and none but JUnit, whose
// readers show them, has times: equal results give equal text.

import { visibleText } from '../../machine/visible-text.ts';
import type { ScenarioResult } from '../../scenario/run-scenario.ts';
import { jsonText } from '../json-text.ts';
import { failureOf } from '../unforeseen.ts';
import { type Paint, plain } from './paint.ts';
import { detailLines, plural, type ResultTotals, scenarioLines, totalsOf } from './scenario-result.ts';

export const REPORTERS = ['pretty', 'tap', 'junit', 'json'] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** A result with the time that it took, in seconds: absent where the process that ran the scenario died. */
export interface TimedResult extends ScenarioResult {
  readonly seconds?: number;
}

/** Lines for each result as it comes, in order, and for the end. */
export interface Reporter {
  readonly begin: readonly string[];
  result(result: TimedResult, index: number): readonly string[];
  end(results: readonly TimedResult[], asked: number): readonly string[];
}

/** A reporter whose report is complete whatever the results hold. */
export function createReporter(name: ReporterName, paint: Paint): Reporter {
  const reporter = reporterOf(name, paint);
  return { ...reporter, result: (result, index) => rendered(result, (shown) => reporter.result(shown, index)) };
}

/** A result that cannot be shown, by an error that nobody foresaw, is shown as one that could not be run. */
function rendered(result: TimedResult, render: (result: TimedResult) => readonly string[]): readonly string[] {
  try {
    return render(result);
  } catch (error) {
    const problem = { file: 'scenario.yaml', line: 0, message: failureOf(error).message };
    const { directory, checks } = result;
    return render({
      directory,
      checks,
      status: 'broken',
      problems: [problem],
      mismatches: [],
      variations: [],
      updated: [],
    });
  }
}

function reporterOf(name: ReporterName, paint: Paint): Reporter {
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

function pretty(paint: Paint): Reporter {
  return {
    begin: [],
    result: (result) => scenarioLines(result, paint),
    end(results, asked) {
      const totals = totalsOf(results);
      const left = asked - results.length;
      const words = [
        `${totals.passed} passed`,
        ...(totals.failed > 0 ? [paint('bad', `${totals.failed} failed`)] : []),
        ...(totals.broken > 0 ? [paint('bad', `${totals.broken} could not be run`)] : []),
        ...(left > 0 ? [`${left} not run`] : []),
      ];
      return ['', `${plural(results.length, 'scenario')}: ${words.join(', ')} (${plural(totals.checks, 'check')})`];
    },
  };
}

const TAP: Reporter = {
  begin: ['TAP version 14'],
  result(result, index) {
    const state = result.status === 'passed' ? 'ok' : 'not ok';
    const name = visibleText(result.directory).replace(/[\\#]/g, '\\$&');
    const details = detailLines(result, plain);
    const block = details.length === 0 ? [] : ['  ---', '  message: |', ...details.map((line) => `  ${line}`), '  ...'];
    return [`${state} ${index + 1} - ${name}`, ...block];
  },
  end: (results, asked) => [`1..${asked}`, ...(results.length < asked ? ['Bail out! a scenario failed'] : [])],
};

const JUNIT: Reporter = {
  begin: ['<?xml version="1.0" encoding="UTF-8"?>'],
  result: () => [],
  end(results) {
    const { passed, failed, broken } = totalsOf(results);
    const tests = passed + failed + broken;
    const time = results.reduce((sum, { seconds = 0 }) => sum + seconds, 0).toFixed(3);
    const totals = `tests="${tests}" failures="${failed}" errors="${broken}" time="${time}"`;
    return [
      `<testsuites ${totals}>`,
      `  <testsuite name="replay" ${totals}>`,
      ...results.flatMap((result) => rendered(result, testCase)),
      '  </testsuite>',
      '</testsuites>',
    ];
  },
};

function testCase(result: TimedResult): readonly string[] {
  const time = result.seconds === undefined ? '' : ` time="${result.seconds.toFixed(3)}"`;
  const open = `    <testcase classname="replay" name="${xml(result.directory)}"${time}`;
  if (result.status === 'passed') return [`${open}/>`];
  const element = result.status === 'failed' ? 'failure' : 'error';
  const [first] = [...result.problems.map(({ message }) => message), ...result.mismatches.map(({ path }) => path)];
  const [head = '', ...more] = detailLines(result, plain).map(xml);
  const message = `      <${element} message="${xml(first ?? '')}">${head}`;
  const body = [message, ...more];
  return [`${open}>`, ...body.slice(0, -1), `${body.at(-1)}</${element}>`, '    </testcase>'];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that is visible has no character that XML 1.0 forbids. */
function xml(text: string): string {
  return visibleText(text).replace(/[&<>"]/g, (char) => ENTITIES[char] as string);
}

const JSON_LINES: Reporter = {
  begin: [],
  result: ({ seconds: _seconds, ...result }) => [jsonText({ schema: 'replay-test/1', ...result })],
  end(results, asked) {
    const totals: ResultTotals = totalsOf(results);
    return [jsonText({ schema: 'replay-test/1', summary: { ...totals, notRun: asked - results.length } })];
  },
};
