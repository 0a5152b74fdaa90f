// An error that nobody foresaw in one report: what it costs. The parts are real; one of them fails for one instruction.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plain } from '../../src/frontends/text/paint.ts';
import { createReporter, REPORTERS } from '../../src/frontends/text/scenario-reporters.ts';
import { ReplayError } from '../../src/machine/errors.ts';
import { explainLogs } from '../../src/node/cli/explain-command.ts';
import type { ExplainOptions } from '../../src/node/cli/explain-options.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import type { ScenarioResult } from '../../src/scenario/run-scenario.ts';
import { leaks } from '../hostile-text.ts';
import { oopsText } from '../oops-text.ts';

const root = mkdtempSync(join(tmpdir(), 'replay-unforeseen-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (name: string) => join(root, name);
const report = (eip: string) => oopsText({ code: '31 c0 <8b> 40 04 c3', address: '4', registers: { eip } });
/** EIP of the report that breaks the parts. */
const BAD = 'c2000002';
const THREE = ['c1000002', BAD, 'c3000002'].map(report).join('\n');
/** Where the second begins. */
const LINE = THREE.split('\n').indexOf('BUG: unable to handle kernel NULL pointer dereference at 00000004', 1) + 1;

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
  writeFileSync(path('three.log'), THREE);
  writeFileSync(path('good.log'), report('c1000002'));
});

type Method = 'print' | 'load' | 'step';

/** The real parts, of which one method throws `error` once it meets the bad report. */
function failing(method: Method, error: unknown): ReplayParts {
  const bad = Number.parseInt(BAD, 16);
  const isBad = (args: readonly unknown[]) =>
    args.some((arg) =>
      typeof arg === 'object' && arg !== null
        ? (arg as { address?: number }).address === bad ||
          (arg as { registers?: { eip?: number } }).registers?.eip === bad
        : typeof arg === 'number' && arg >= bad - 2 && arg <= bad,
    );
  const withFailure = <T extends object>(part: T, fails: () => boolean): T =>
    new Proxy(part, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]) => {
          if (name === method && (isBad(args) || fails())) throw error;
          return value.apply(target, args);
        };
      },
    });
  return {
    decoder: withFailure(parts.decoder, () => false),
    cpu: withFailure(parts.cpu, () => method === 'step' && parts.cpu.registers().eip === bad),
  };
}

async function explained(options: Partial<ExplainOptions>, logs: readonly string[], using: ReplayParts) {
  const out: string[] = [];
  const told: string[] = [];
  const exitCode = await explainLogs(
    logs,
    { json: false, syntax: 'att', leadUp: true, length: 'normal', ...options },
    {
      colour: false,
      width: 80,
      ascii: false,
      interactive: false,
      write: (lines) => void out.push(...lines),
      diagnostic: (place, message) => void told.push(`${place}: ${message}`),
      error: (message) => void told.push(`replay: ${message}`),
      status: () => undefined,
    },
    async () => using,
  );
  return { exitCode, out, told };
}

const ERRORS: readonly [string, unknown][] = [
  ['a TypeError', new TypeError("Cannot read properties of undefined (reading 'x')")],
  ['a RangeError', new RangeError('Maximum call stack size exceeded')],
  ['an error of the engine', new ReplayError('engine/call-failed', { call: 'uc_mem_map', code: '11' })],
  ['what is no error', 'only a text\nof two lines'],
];

test.each(
  ERRORS.flatMap(([what, error]) =>
    (['print', 'load', 'step'] as const).map((method) => [what, method, error] as const),
  ),
)('%s in %s costs the one report that shows it', async (_what, method, error) => {
  const whole = await explained({}, [path('three.log')], parts);
  const { exitCode, out, told } = await explained({}, [path('three.log'), path('good.log')], failing(method, error));
  const titles = (lines: readonly string[]) => lines.filter((line) => /log:\d+ {2}kernel/.test(line));
  expect(whole).toMatchObject({ exitCode: 0, told: [] });
  expect(titles(whole.out)).toHaveLength(3);
  // The others are what they are without it, and the next file is read.
  expect(titles(out)).toHaveLength(3);
  const [first, , third] = whole.out.join('\n').split(/\n\n(?=.*three\.log:\d+ {2}kernel)/);
  const [second] = (await explained({}, [path('good.log')], parts)).out.join('\n').split('\n\n(?=x)');
  const sum = '4 reports: 3 reproduced, 1 failed';
  expect(out.join('\n')).toBe([first, third, second, sum].join('\n\n'));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    new RegExp(
      `three\\.log:${LINE}: this report could not be examined: (internal error, please report it|the engine call)`,
    ),
  );
  expect(exitCode).toBe(2);
});

test('JSON has a line for it, in the schema', async () => {
  const schema = JSON.parse(readFileSync(new URL('../../schema/replay-1.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
  for (const [, error] of ERRORS) {
    const { exitCode, out } = await explained({ json: true }, [path('three.log')], failing('load', error));
    expect(leaks(out.join('\n'))).toEqual([]);
    const lines = out.map((line) => JSON.parse(line));
    for (const line of lines) expect(validate(line), JSON.stringify(validate.errors)).toBe(true);
    expect(lines.map(({ report: { index, line }, error: failure }) => [index, line, failure?.code])).toEqual([
      [0, 1, undefined],
      [1, LINE, error instanceof ReplayError ? 'engine/call-failed' : 'internal'],
      [2, expect.any(Number), undefined],
    ]);
    expect(exitCode).toBe(2);
  }
});

test('an error between two reports costs the rest of that file only', async () => {
  let calls = 0;
  const { out, told, exitCode } = await explained({}, [path('good.log'), path('three.log')], {
    get decoder() {
      if (calls++ < 1) throw new TypeError('not there yet');
      return parts.decoder;
    },
    cpu: parts.cpu,
  });
  expect(told).toHaveLength(1);
  expect(out.filter((line) => /three\.log:\d+ {2}kernel/.test(line))).toHaveLength(3);
  expect(exitCode).toBe(2);
});

test.each(REPORTERS)(
  '%s: a result that cannot be rendered is one that could not be run, and the report is complete',
  (name) => {
    const good: ScenarioResult = {
      directory: 'good',
      status: 'passed',
      checks: 1,
      mismatches: [],
      problems: [],
      variations: [],
      updated: [],
    };
    // What a worker sent, cut short.
    const bad = { ...good, directory: 'bad', status: 'failed', mismatches: undefined } as unknown as ScenarioResult;
    const reporter = createReporter(name, plain);
    const results = [good, bad, good];
    const lines = [
      ...reporter.begin,
      ...results.flatMap((result, i) => reporter.result(result, i)),
      ...reporter.end(results, 3),
    ];
    const text = lines.join('\n');
    expect(text.match(/\bgood\b/g)).toHaveLength(2);
    expect(text).toMatch(/bad/);
    if (name === 'pretty') expect(lines.at(-1)).toMatch(/3 scenarios/);
    if (name === 'tap') expect(lines.filter((line) => /^(not ok|ok) /.test(line))).toHaveLength(3);
    if (name === 'junit') expect([lines.at(-1), text.match(/<testcase /g)?.length]).toEqual(['</testsuites>', 3]);
    if (name === 'json') expect(lines.map((line) => JSON.parse(line))).toHaveLength(4);
    if (name !== 'json') expect(text).toContain('internal error, please report it');
  },
);
