// What the command writes of hostile logs, names, options, scripts and scenarios: each outlet as it is.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { HOSTILE_UTF8, leaks } from '../hostile-text.ts';
import { oopsText } from '../oops-text.ts';
import { fc } from '../property.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const vectors = fileURLToPath(new URL('../vectors/snapshot-reports', import.meta.url));
/** Without what no file name and no argument can hold. */
const NAME = HOSTILE_UTF8.replace(/[\0/]/g, '');
const LOG = oopsText({ code: '31 c0 <8b> 40 04 c3', address: '4' });
const root = mkdtempSync(join(tmpdir(), 'replay-hostile-'));
afterAll(() => rmSync(root, { recursive: true }));

function run(args: readonly string[], input = '') {
  return spawnSync(process.execPath, [main, ...args], { cwd: root, input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

/** As mail and web pages write what a text file cannot hold. */
const entities = Array.from(HOSTILE_UTF8, (char) => `&#${char.codePointAt(0)};`).join('');
const quoted = [...Buffer.from(HOSTILE_UTF8)]
  .map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
  .join('');
const FORMS = [HOSTILE_UTF8, entities, `${quoted}`, HOSTILE_UTF8.replace(/[\r\n\u0085\u2028\u2029]/g, '')];

/** Reports of every age, each with something hostile at a random place. */
function mutatedLogs(): readonly string[] {
  const texts = readdirSync(vectors)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(vectors, name), 'utf8'));
  const log = fc.tuple(fc.constantFrom(LOG, ...texts), fc.integer({ min: 0, max: 999 }), fc.constantFrom(...FORMS));
  return fc.sample(log, 150).map(([text, share, form]) => {
    const at = Math.floor((share * text.length) / 1000);
    const tail = form === quoted ? '\nCode: =20\n' : '';
    return `${text.slice(0, at)}${form}${text.slice(at)}${tail}`;
  });
}

let names: readonly string[];
beforeAll(() => {
  names = mutatedLogs().map((text, i) => {
    const name = `${i}${i % 10 === 0 ? NAME : ''}.log`;
    writeFileSync(join(root, name), text);
    return name;
  });
});

test.each([
  ['text', []],
  ['colour', ['--color', 'always']],
  ['Intel syntax', ['--syntax', 'intel']],
  ['JSON', ['--json']],
])('explain, %s', (_name, options) => {
  const { stdout, stderr } = run([...options, ...names]);
  const colour = options.includes('always');
  expect(leaks(stdout, { colour })).toEqual([]);
  expect(leaks(stderr)).toEqual([]);
  const escaped = options.includes('--json') ? '\\u001b]52' : '\\x1b]52';
  expect(stdout.split(escaped).length).toBeGreaterThan(15);
  expect(stderr.split('\\x1b]52').length).toBeGreaterThan(20);
  // Every line of standard error begins with its place or with the name of the program.
  expect(stderr.split('\n').filter((line) => !/^(\d+\S*.*\.log:\d+: |replay: |$)/.test(line))).toEqual([]);
  if (!options.includes('--json')) return;
  for (const line of stdout.trimEnd().split('\n')) expect(names).toContain(JSON.parse(line).report.file);
});

test('step: piped, from a file, from options', () => {
  const log = names.find((_name, i) => i % 10 === 0 && run(['step', names[i] as string, '--batch']).status === 0);
  writeFileSync(join(root, `x${NAME}`), `p 1\n${HOSTILE_UTF8}\n`);
  const commands = `start\nbt\ninfo log\np ${HOSTILE_UTF8.replace(/[\r\n]/g, '')}\nset $eax = 1\nsave s${NAME.replace(/[\r\n\u2028\u2029]/g, '')}\n`;
  for (const args of [[], ['--batch', '-x', `x${NAME}`], ['--batch', '-ex', `p ${NAME}`, '-ex', 'bt']]) {
    const { stdout, stderr } = run(['step', log as string, '--color', 'always', ...args], commands);
    expect(leaks(stdout, { colour: true })).toEqual([]);
    expect(leaks(stderr)).toEqual([]);
    expect(stderr).toContain('\\x1b]52');
  }
  const saved = readdirSync(root).find((name) => name.startsWith('s\u001b]'));
  const text = readFileSync(join(root, saved as string), 'utf8');
  expect(leaks(text)).toEqual([]);
  expect(JSON.parse(text).log).toBe(log);
});

test.each([
  ['a file that is not there', [`gone${NAME}.log`]],
  ['an option', [`--x${NAME}`]],
  ['an option that is nearly one', [`--jso${NAME}`]],
  ['a choice', ['--syntax', NAME, 'x.log']],
  ['a number', ['step', 'x.log', '--report', NAME]],
  ['a command file', ['step', '0.log', '-x', `gone${NAME}`]],
  ['a port', ['gdb', 'x.log', '--port', NAME]],
  ['a host', ['gdb', '1.log', '--port', '0', '--host', NAME]],
  ['a filter', ['test', '--filter', `x${NAME}`, 'kept']],
  ['a scenario that is not there', ['test', `gone${NAME}`]],
  ['a reporter', ['test', '--reporter', NAME]],
  ['a log to record', ['record', `gone${NAME}`, 'new']],
  ['a directory that exists', ['record', '1.log', `kept/${NAME}`]],
])('an error about %s is one line of visible text', (_name, args) => {
  mkdirSync(join(root, 'kept', NAME), { recursive: true });
  writeFileSync(join(root, 'kept', NAME, 'scenario.yaml'), 'why: it is here\nexpect: {}\n');
  const { status, stdout, stderr } = run(args);
  expect(leaks(stdout + stderr)).toEqual([]);
  expect(stderr).toContain('\\x1b]52');
  expect(
    stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !/^\S+\.log:\d+: /.test(line)),
  ).toHaveLength(1);
  expect(status).toBe(2);
});

test('record: its message, its files, and what they say', () => {
  const hostile = LOG.replaceAll('foo_read+0x1c/0x90 [foo]', `foo_read+0x1c/0x90 [f${entities}]`);
  writeFileSync(join(root, `r${NAME}.log`), `${hostile}\n<br>\n`);
  const why = `what for ${HOSTILE_UTF8.replace('\0', '')}`;
  const { status, stdout, stderr } = run(['record', `r${NAME}.log`, `new${NAME}`, '--golden', '--why', why]);
  expect([status, leaks(stdout), leaks(stderr)]).toEqual([0, [], []]);
  expect(stdout.split('\n')).toHaveLength(2);
  const read = (name: string) => readFileSync(join(root, `new${NAME}`, name), 'utf8');
  const yaml = read('scenario.yaml');
  expect(leaks(yaml)).toEqual([]);
  expect(parse(yaml)).toMatchObject({ why, origin: `recorded from r${NAME}.log` });
  expect(leaks(read('report.txt'))).toEqual([]);
  expect(read('report.txt')).toContain('[f\\x1b]');
  expect(read('oops.log')).toBe(`${hostile}\n<br>\n`);
  // What was written is what is expected.
  expect(run(['test', `new${NAME}`]).stdout).toMatch(/1 scenario: 1 passed/);
});

/** YAML of scenarios that are wrong in every place that a message quotes. */
const YAML = JSON.stringify(HOSTILE_UTF8);
const SCENARIOS: Readonly<Record<string, string>> = {
  passes: `why: ${YAML}\nexpect: { verdict: reproduced }\n`,
  differs: `why: ${YAML}\ngolden: report.txt\nexpect:\n  symbol: ${YAML}\n  verdict: contradicted\n  reason: ${YAML}\n`,
  variation: `why: ${YAML}\nexpect: {}\nvariations:\n  - name: ${YAML}\n    set: { registers: { eax: 5 } }\n    expect: { outcome: needs-memory }\n`,
  key: `${YAML}: 1\nwhy: ${YAML}\nexpect: { ${YAML}: 1 }\n`,
  value: `why: x\nexpect: { verdict: ${YAML}, vector: ${YAML}, instruction: { at: ${YAML} } }\n`,
  log: `why: x\nlog: ${JSON.stringify(NAME)}\nexpect: {}\n`,
  golden: `why: x\ngolden: ${JSON.stringify(NAME)}\nexpect: { verdict: reproduced }\n`,
  raw: `why: ${NAME}\n`,
};

test.each(['pretty', 'tap', 'junit', 'json'])('test --reporter %s', (reporter) => {
  for (const [name, yaml] of Object.entries(SCENARIOS)) {
    const directory = join(root, 'tests', `${name}${NAME}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'scenario.yaml'), yaml);
    writeFileSync(join(directory, 'oops.log'), LOG);
    writeFileSync(join(directory, 'report.txt'), HOSTILE_UTF8);
  }
  const colour = reporter === 'pretty';
  const { stdout, stderr } = run(['test', 'tests', '--reporter', reporter, ...(colour ? ['--color', 'always'] : [])]);
  const count = Object.keys(SCENARIOS).length;
  expect(leaks(stdout, { colour })).toEqual([]);
  expect(leaks(stderr)).toEqual([]);
  expect(stdout).toContain(reporter === 'json' ? '\\u001b]52' : '\\x1b]52');
  const lines = stdout.trimEnd().split('\n');
  if (reporter === 'pretty') expect(lines.at(-1)).toContain('8 scenarios');
  if (reporter === 'tap') {
    expect(lines.filter((line) => /^(not )?ok /.test(line))).toHaveLength(count);
    expect(lines.at(-1)).toBe(`1..${count}`);
  }
  if (reporter === 'junit') {
    expect(stdout.match(/<testcase /g)).toHaveLength(count);
    // Only elements of ours are opened and closed, and they are nested: what is left between them is text.
    const tags = stdout.match(/<[^>]*>/g) ?? [];
    expect(
      tags.filter((tag) => !/^<(\?xml .*\?|\/?(testsuites|testsuite|testcase|failure|error)\b[^<]*)>$/.test(tag)),
    ).toEqual([]);
    expect(stdout.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot);)/);
  }
  if (reporter === 'json') {
    const results = lines.map((line) => JSON.parse(line));
    expect(results).toHaveLength(count + 1);
    expect(results.find(({ directory }) => directory?.startsWith('tests/passes'))?.directory).toBe(
      `tests/passes${NAME}`,
    );
  }
});
