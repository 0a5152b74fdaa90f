// What the author of a scenario is told: file, line, what was expected, what to write. The scenarios beside it still run.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { printGolden } from '../../src/frontends/scenario-golden.ts';
import { SCENARIO_WORDS } from '../../src/frontends/wording/scenario-words.ts';
import { openScenario } from '../../src/node/files/scenario-directory.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { runScenario } from '../../src/scenario/run-scenario.ts';
import { oopsText } from '../oops-text.ts';

const root = mkdtempSync(join(tmpdir(), 'replay-scenario-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const parts = await loadParts();

const LOG = oopsText({ code: '31 c0 <8b> 40 04 c3', address: '4', registers: { ebx: 'f6100400' } });
const SELF_LOOP = oopsText({ code: '8b 1d 00 01 00 f6 85 db 75 fe 31 c0 <8b> 40 04 c3', address: '4' });
const GOOD = 'why: A load through NULL.\nexpect: { verdict: reproduced }\n';

let serial = 0;
function run(yaml: string | undefined, files: Readonly<Record<string, string>> = { 'oops.log': LOG }, update = false) {
  const directory = join(root, `case-${serial++}`);
  mkdirSync(directory);
  if (yaml !== undefined) writeFileSync(join(directory, 'scenario.yaml'), yaml);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return {
    directory,
    result: runScenario(directory, openScenario(directory), { parts, printGolden, words: SCENARIO_WORDS, update }),
  };
}

interface BadCase {
  readonly title: string;
  readonly yaml: string;
  readonly line: number;
  readonly message: RegExp;
  readonly files?: Readonly<Record<string, string>>;
}

const BAD: readonly BadCase[] = [
  {
    title: 'an unknown key',
    yaml: `${GOOD}origins: x\n`,
    line: 3,
    message: /^a scenario has no key `origins`; did you mean `origin`\?/,
  },
  {
    title: 'a key far from any known one',
    yaml: 'why: A load.\nexpect:\n  verdict: reproduced\n  colour: red\n',
    line: 4,
    message: /^expect has no key `colour`; write one of verdict, reason, /,
  },
  {
    title: 'a finding that is none',
    yaml: 'why: A load.\nexpect:\n  verdict: reproduced\n  findings:\n    - { kind: adress-wrapped }\n',
    line: 5,
    message: /^expect\.findings\[0\]\.kind: expected one of address-wrapped, page-crossing, .*found `adress-wrapped`/,
  },
  {
    title: 'a part that no finding has',
    yaml: 'why: A load.\nexpect:\n  verdict: reproduced\n  findings:\n    - { kind: address-origin, registre: ecx }\n',
    line: 5,
    message: /^expect\.findings\[0\] has no key `registre`; did you mean `register`\?/,
  },
  {
    title: 'the absence of a finding that is none',
    yaml: 'why: A load.\nexpect:\n  verdict: reproduced\n  absentFindings: [null-pointer]\n',
    line: 4,
    message: /^expect\.absentFindings\[0\]: expected one of address-wrapped, .*found `null-pointer`/,
  },
  {
    title: 'a wrong type',
    yaml: 'why: A load.\nexpect:\n  verdict: reproduced\n  address: [4]\n',
    line: 4,
    message: /^expect\.address: expected a 32-bit value such as 0x9e28ea90, found a list/,
  },
  {
    title: 'a number that is no word',
    yaml: 'why: A load.\nexpect: { verdict: reproduced, address: 0x100000000 }\n',
    line: 2,
    message: /^expect\.address: expected a 32-bit value .* found `0x100000000`/,
  },
  {
    title: 'a word outside its list',
    yaml: 'why: A load.\nexpect:\n  verdict: good\n',
    line: 3,
    message: /^expect\.verdict: expected one of reproduced, contradicted, not-replayable, found `good`/,
  },
  {
    title: 'a missing key',
    yaml: 'expect: { verdict: reproduced }\n',
    line: 1,
    message: /why is missing; write `why:` and a text/,
  },
  {
    title: 'a key without a value',
    yaml: `${GOOD}variations:\n`,
    line: 3,
    message: /^variations: expected a list/,
  },
  { title: 'an alias', yaml: `${GOOD}origin: &a x\nlog: *a\n`, line: 4, message: /an alias; write the value itself/ },
  { title: 'text that is no YAML', yaml: 'why: "A load\n', line: 2, message: /^not YAML: / },
  { title: 'an empty file', yaml: '', line: 1, message: /the file is empty: expected a mapping with why and expect/ },
  {
    title: 'the same key twice',
    yaml: `${GOOD}why: Again.\n`,
    line: 3,
    message: /^a scenario: the key `why` is there twice; keep one/,
  },
  { title: 'a missing log', yaml: `${GOOD}log: other.log\n`, line: 3, message: /there is no file `other\.log`/ },
  {
    title: 'a log outside',
    yaml: `${GOOD}log: ../x.log\n`,
    line: 3,
    message: /outside the directory .* copy the file/,
  },
  { title: 'an absolute path', yaml: `${GOOD}log: /etc/hosts\n`, line: 3, message: /outside the directory/ },
  {
    title: 'a log without a report',
    yaml: GOOD,
    files: { 'oops.log': 'usb 1-1: new device\n' },
    line: 1,
    message: /`oops\.log` holds no i386 crash report/,
  },
  {
    title: 'two reports and no choice',
    yaml: GOOD,
    files: { 'oops.log': LOG + LOG.replace('[#1]', '[#2]') },
    line: 1,
    message: /holds 2 reports; choose one with `report:` and 1 \(oops, line 1\), 2 \(oops, line \d+\)/,
  },
  {
    title: 'a report that is not there',
    yaml: `${GOOD}report: 3\n`,
    line: 3,
    message: /expected a number from 1 to 1, found `3`/,
  },
  {
    title: 'a variation that changes nothing',
    yaml: `${GOOD}variations:\n  - name: same\n    expect: { outcome: faults }\n`,
    line: 4,
    message: /nothing is changed; write `set:` or `sweep:`/,
  },
  {
    title: 'a sweep without an end',
    yaml: `${GOOD}variations:\n  - name: s\n    sweep: { register: eax, range: { from: 0, to: 8, step: 0 } }\n`,
    line: 4,
    message: /the step of the range is 0/,
  },
  {
    title: 'a recording in another form',
    yaml: 'why: A load.\nexpect: { verdict: reproduced, leadUp: { recorded: r.txt } }\n',
    files: { 'oops.log': LOG, 'r.txt': '# steps\n+0 eax=zz\n' },
    line: 2,
    message: /expected eax=f21fea80 or r\[f21fea80\]=0040022b, found `eax=zz`/,
  },
];

/** Each makes work that grows faster than the file, or a result that does, in a reader without bounds. */
const LARGE: readonly [title: string, yaml: string, message: RegExp][] = [
  ['bytes of no text', `${GOOD}\u0000`, /characters that no text has/],
  [
    'more than 256 KiB',
    `${GOOD}# ${'x'.repeat(300_000)}\n`,
    /`scenario\.yaml` cannot be read: it is larger than 256 KiB/,
  ],
  ['many keys', GOOD + Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join(''), /more than 20000 YAML tokens/],
  ['keys of one letter', `${GOOD}${'a: 1\n'.repeat(2000)}`, /^a scenario has no key `a`/],
  ['open brackets', `why: ${'['.repeat(15_000)}`, /nested too deeply/],
  ['nested lists', `why:\n ${'- '.repeat(9000)}`, /nested too deeply/],
  ['many errors', `${GOOD}x: "${'\\q'.repeat(1000)}"\n`, /^not YAML: Invalid escape/],
  ['a key of 200 kB', `${GOOD}? ${'k'.repeat(200_000)}\n: 1\n`, /^a scenario has no key `k{40}…`/],
  [
    'memory of 200 kB',
    `${GOOD}variations: [{ name: x, set: { memory: { 0x0: "${'00'.repeat(100_000)}" } } }]\n`,
    /expected a 32-bit value .*, found `"?0{39,40}…`/,
  ],
];

test.each(LARGE)('bounds: %s', (_title, yaml, message) => {
  const { result } = run(yaml);
  expect(result.status).toBe('broken');
  expect(result.problems[0]?.message).toMatch(message);
  expect(result.problems.length).toBeLessThanOrEqual(21);
  expect(result.problems.reduce((size, problem) => size + problem.message.length, 0)).toBeLessThan(6000);
});

test.each(BAD)('$title', ({ yaml, files, line, message }) => {
  const { result } = run(yaml, files);
  expect(result.status).toBe('broken');
  expect(result.problems[0]?.message).toMatch(message);
  expect(result.problems[0]?.line).toBe(line);
});

test('a directory with a log and no scenario.yaml says how to write one', () => {
  const { result } = run(undefined);
  expect(result.problems[0]?.message).toMatch(/no file `scenario\.yaml`.*replay record/);
});

test('a link out of the directory is refused', () => {
  const directory = join(root, 'linked');
  mkdirSync(directory);
  writeFileSync(join(directory, 'scenario.yaml'), GOOD);
  writeFileSync(join(root, 'elsewhere.log'), LOG);
  symlinkSync(join(root, 'elsewhere.log'), join(directory, 'oops.log'));
  const result = runScenario(directory, openScenario(directory), {
    parts,
    printGolden,
    words: SCENARIO_WORDS,
    update: false,
  });
  expect(result.problems[0]?.message).toMatch(/link out of the directory/);
});

test('every problem of a file is told, in the order of its lines', () => {
  const { result } = run('why: 7\nexpect:\n  verdict: maybe\n  size: -1\nshow: []\n');
  expect(result.problems.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
});

test('a variation that loops ends with its budget', () => {
  const looping = 'variations:\n  - name: stuck\n    set: { memory: { 0xf6000100: 1 } }\n';
  const { result } = run(`${GOOD}${looping}    expect: { outcome: completes }\n`, { 'oops.log': SELF_LOOP });
  expect(result.mismatches).toEqual([
    {
      path: 'variations[0].expect.outcome',
      line: 6,
      expected: 'completes',
      actual: 'endless (still running after 2000 instructions)',
    },
  ]);
  const expected = run(`${GOOD}${looping}    expect: { outcome: endless }\n`, { 'oops.log': SELF_LOOP });
  expect(expected.result.status).toBe('passed');
});

test('a mismatch has the line of what was expected', () => {
  const { result } = run('why: A load.\nexpect:\n  verdict: reproduced\n  vector: 14\n  address: 0x8\n  size: 2\n');
  expect(result.mismatches).toEqual([
    { path: 'expect.address', line: 5, expected: '0x00000008', actual: '0x00000004' },
    { path: 'expect.size', line: 6, expected: '2', actual: '4' },
  ]);
});

test('update writes a golden text and a table, and then nothing is left to say', () => {
  const yaml = `# kept\n${GOOD}golden: report.txt\nvariations:\n  - name: bases\n    sweep: { register: eax, values: [0x0, 0xff8, 0x1000] } # three\n    table: |\n      old\n`;
  const { directory, result } = run(yaml, { 'oops.log': LOG }, true);
  expect(result.status).toBe('passed');
  expect(result.updated).toEqual(['report.txt', 'scenario.yaml']);
  const written = readFileSync(join(directory, 'scenario.yaml'), 'utf8');
  expect(written).toBe(
    yaml.replace(
      '      old\n',
      [
        '      %eax      outcome    at        access  address',
        '      00000000  faults     c1202122  read    00000004',
        '      00000ff8  faults     c1202122  read    00000ffc',
        '      00001000  completes  c1202122  read    00001004',
        '',
      ].join('\n'),
    ),
  );
  const again = runScenario(directory, openScenario(directory), {
    parts,
    printGolden,
    words: SCENARIO_WORDS,
    update: false,
  });
  expect(again.status).toBe('passed');
  expect(again.updated).toEqual([]);
});
