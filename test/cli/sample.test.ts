// The first sample, end to end, as a user sees it.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { replayCommand } from './replay-command.ts';

const scenario = new URL('../../scenarios/kni-fifo-put/', import.meta.url);
const log = readFileSync(new URL('oops.log', scenario), 'utf8');
const schema = JSON.parse(readFileSync(new URL('../../schema/replay-1.json', import.meta.url), 'utf8'));
const files = { 'oops.log': log };

const reportsOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('the text is the golden one', async () => {
  const { status, stdout, stderr } = replayCommand(['oops.log'], { files });
  await expect(stdout).toMatchFileSnapshot('../../scenarios/kni-fifo-put/report.txt');
  expect(stderr).toBe('oops.log:1: the headline and the `Oops:` line of this report are not in the log\n');
  expect(status).toBe(1); // the userland line holds no code
});

test('the JSON has the facts of the crash and fits its schema', () => {
  const reports = reportsOf(replayCommand(['--json', 'oops.log'], { files }).stdout);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
  for (const report of reports) expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  const [oops, user] = reports;
  expect(oops.replay).toMatchObject({
    verdict: 'reproduced',
    instruction: { address: '0xf88a5aed', bytes: '893488', text: 'mov    %esi,(%eax,%ecx,4)' },
    fault: { vector: 14, access: 'write', address: '0x9e28ea90', size: 4, errorCode: '0x0002', eip: '0xf88a5aed' },
    operand: { text: '(%eax,%ecx,4)', address: '0x9e28ea90', wrapped: true },
    storedValue: '0x8a200b00',
  });
  expect(oops.snapshot.trap).toMatchObject({
    vector: 14,
    errorCode: '0x0002',
    inferred: ['vector', 'errorCode', 'faultAddress'],
  });
  expect(user).toMatchObject({
    report: { kind: 'user-fault', index: 1 },
    snapshot: {
      trap: { faultAddress: '0x00000010', errorCode: '0x0004' },
      mapping: { file: 'kni', start: '0x08048000' },
    },
    replay: { verdict: 'not-replayable' },
  });
});

test('the same log on standard input, twice, and beside another file', () => {
  expect(reportsOf(replayCommand(['--json', '-'], { stdin: log }).stdout).map(({ report }) => report.file)).toEqual([
    '<stdin>',
    '<stdin>',
  ]);
  const twice = reportsOf(
    replayCommand(['--json', 'a.log', 'b.log'], { files: { 'a.log': log, 'b.log': log } }).stdout,
  );
  const [a, , b] = twice.map((report) => ({ ...report, report: { ...report.report, file: '' } }));
  expect(twice.map(({ report }) => report.file)).toEqual(['a.log', 'a.log', 'b.log', 'b.log']);
  expect(a).toEqual(b);
});

test('Intel syntax', () => {
  expect(replayCommand(['--syntax', 'intel', 'oops.log'], { files }).stdout).toMatch(
    /mov +DWORD PTR \[eax\+ecx\*4\],esi/,
  );
});

test('colour only where it is asked for', () => {
  const escapeSequence = '\u001b[';
  expect(replayCommand(['oops.log'], { files }).stdout).not.toContain(escapeSequence);
  expect(replayCommand(['--color', 'always', 'oops.log'], { files }).stdout).toContain(escapeSequence);
  const noColour = { files, environment: { NO_COLOR: '1' } };
  expect(replayCommand(['--color', 'always', 'oops.log'], noColour).stdout).toContain(escapeSequence);
});

test('every line fits a screen of 80 columns', () => {
  const { stdout } = replayCommand(['oops.log'], { files });
  expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
});
