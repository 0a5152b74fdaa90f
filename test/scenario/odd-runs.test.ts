import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createScenarioFolder, LOG } from './scenario-folder.ts';

const { root, replay, scenario, remove } = createScenarioFolder();
const run = (...args: readonly string[]) => replay('test', ...args);
const PASSING = 'why: A load.\nexpect: { verdict: reproduced }\n';

beforeAll(() => {
  scenario('plain/load', PASSING);
  scenario('odd/steers', 'why: "A \\e[31mload\\a."\n"k\\e[2Jey": 1\nexpect: { verdict: "\\e[31mred" }\n');
  scenario('odd/two\nlines # <&> "1"', PASSING);
  scenario(
    'odd/wrong',
    'why: "A ]]> & \\x01 load.\\n\\n  ..."\nexpect: { verdict: contradicted, symbol: "\\e[0m\\n..." }\n',
  );
});
afterAll(remove);

test('a scenario that is named in several ways runs once', () => {
  const ways = [
    'plain',
    './plain',
    'plain/load/',
    'plain/../plain/load',
    'plain/load/oops.log',
    'plain/load/scenario.yaml',
  ];
  expect(run(...ways).stdout).toMatch(/^✓ plain\/load {2}1 check\n\n1 scenario: 1 passed/);
});

test('a file that belongs to no scenario is none', () => {
  writeFileSync(join(root, 'stray.log'), LOG);
  expect(run('stray.log')).toMatchObject({ status: 2, stderr: expect.stringMatching(/stray\.log: no scenario there/) });
});

test('a log that is a link to itself is a problem of its own scenario', () => {
  scenario('loop/a', PASSING);
  mkdirSync(join(root, 'loop/b'));
  symlinkSync('oops.log', join(root, 'loop/b/oops.log'));
  writeFileSync(join(root, 'loop/b/scenario.yaml'), PASSING);
  symlinkSync('..', join(root, 'loop/b/up'));
  const { status, stdout } = run('loop');
  expect(stdout).toMatch(/✓ loop\/a/);
  expect(stdout).toMatch(/loop\/b\/scenario\.yaml:1: log: `oops\.log` is a link that leads nowhere/);
  expect(status).toBe(2);
});

test('nothing in a scenario steers the terminal', () => {
  const { stdout } = run('odd');
  // Every control character but the end of a line is shown as its code.
  expect(stdout.replaceAll('\n', '')).toMatch(/^\P{Cc}+$/u);
  expect(stdout).toContain('found `\\x1b[31mred`');
  expect(stdout).toContain('✓ odd/two\\x0alines # <&> "1"');
});

test('TAP: a line for each scenario, a block of YAML for each that does not pass', () => {
  const { stdout } = run('odd', '--reporter', 'tap');
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toBe('TAP version 14');
  expect(lines.at(-1)).toBe('1..3');
  const blocks: string[] = [];
  const results: string[] = [];
  for (let i = 1; i < lines.length - 1; i++) {
    const line = lines[i] as string;
    if (line !== '  ---') {
      results.push(line);
      continue;
    }
    const end = lines.indexOf('  ...', i);
    blocks.push(lines.slice(i + 1, end).join('\n'));
    i = end;
  }
  expect(results).toEqual(['not ok 1 - odd/steers', 'ok 2 - odd/two\\\\x0alines \\# <&> "1"', 'not ok 3 - odd/wrong']);
  expect(blocks.map((block) => Object.keys(parse(block)))).toEqual([['message'], ['message']]);
});

test('JUnit: characters that XML forbids are replaced, the others escaped', () => {
  const { stdout } = run('odd', '--reporter', 'junit');
  // XML 1.0, production [2] Char.
  expect(stdout).toMatch(/^[\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
  expect(stdout.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
  expect(stdout).toContain('&lt;&amp;&gt; &quot;1&quot;');
});
