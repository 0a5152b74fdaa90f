import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScenarioFolder } from './scenario-folder.ts';

const { root, replay, scenario, remove } = createScenarioFolder();
const sample = fileURLToPath(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url));
/** Enough that two processes share them. */
const MANY = 240;

beforeAll(() => {
  scenario('mixed/broken', 'why: Wrong.\nexpect: {}\n');
  scenario('mixed/failing', 'why: A load.\nexpect: { verdict: reproduced, address: 0x8 }\n');
  scenario('mixed/passing', 'why: A load.\nexpect: { verdict: reproduced, address: 0x4 }\n');
  scenario('fail/a', 'why: A load.\nexpect: { verdict: contradicted }\n');
  scenario('fail/b', 'why: A load.\nexpect: { verdict: reproduced }\n');
  for (let i = 0; i < MANY; i++) {
    const address = i % 7 === 0 ? '0x8' : '0x4';
    scenario(`many/s${i}`, `why: A load.\nexpect: { verdict: reproduced, address: ${address} }\n`);
  }
});
afterAll(remove);

test('what differs is shown with its place; a broken scenario does not stop the others', () => {
  const { status, stdout } = replay('test', 'mixed');
  expect(stdout).toBe(
    [
      '! mixed/broken',
      '    mixed/broken/scenario.yaml:2: expect: verdict is missing; write `verdict:` and one of reproduced, contradicted, not-replayable',
      '✗ mixed/failing  2 checks',
      '    A load.',
      '    mixed/failing/scenario.yaml:2: address',
      '      expected  0x00000008',
      '      found     0x00000004',
      '✓ mixed/passing  2 checks',
      '',
      '3 scenarios: 1 passed, 1 failed, 1 could not be run (4 checks)',
      '',
    ].join('\n'),
  );
  expect(status).toBe(2);
});

test('exit codes: all passed, one failed, nothing to run', () => {
  expect(replay('test', 'mixed/passing').status).toBe(0);
  expect(replay('test', 'mixed/passing/scenario.yaml').status).toBe(0);
  expect(replay('test', 'fail').status).toBe(1);
  expect(replay('test', 'nowhere')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/nowhere: there is no such file/),
  });
  expect(replay('test').stderr).toMatch(/^replay: scenarios: there is no such .*`replay record`/);
  expect(replay('test', '--reporter', 'html', 'fail').status).toBe(2);
  expect(replay('test', '--jobs', '0', 'fail')).toMatchObject({ status: 2, stderr: expect.stringMatching(/1 to 256/) });
});

test('a filter chooses by name, and says where it chooses nothing', () => {
  expect(replay('test', '--filter', 'PASS', '--filter', 'fail', 'mixed').stdout).toMatch(
    /2 scenarios: 1 passed, 1 failed/,
  );
  expect(replay('test', '--filter', 'zzz', 'mixed').stderr).toMatch(/none of the 3 scenarios has "zzz" in its name/);
});

test('bail stops at the first that does not pass', () => {
  expect(replay('test', '--bail', 'fail').stdout).toMatch(/1 scenario: 0 passed, 1 failed, 1 not run/);
});

test('the same text with one job and with three, in every form', () => {
  for (const reporter of ['pretty', 'json']) {
    const one = replay('test', '--jobs', '1', '--reporter', reporter, 'many');
    const three = replay('test', '--jobs', '3', '--reporter', reporter, 'many');
    expect(three).toEqual(one);
    expect(one.status).toBe(1);
    expect(one.stderr).toBe('');
  }
});

test('TAP and JUnit say what failed and why', () => {
  const tap = replay('test', '--reporter', 'tap', 'mixed').stdout;
  expect(tap).toMatch(/^TAP version 14\nnot ok 1 - mixed\/broken\n {2}---\n {2}message: \|\n/);
  expect(tap).toMatch(/ok 3 - mixed\/passing\n1\.\.3\n$/);
  const junit = replay('test', '--reporter', 'junit', 'mixed').stdout;
  expect(junit).toMatch(/<testsuites tests="3" failures="1" errors="1" time="\d+\.\d{3}">/);
  const [, total, ...each] = [...junit.matchAll(/ time="(\d+\.\d{3})"/g)].map(([, seconds]) => Number(seconds));
  expect(each).toHaveLength(3);
  expect(total).toBeGreaterThan(0);
  expect(Math.abs(each.reduce((sum, seconds) => sum + seconds, 0) - (total ?? 0))).toBeLessThan(0.003);
  expect(junit).toMatch(/<failure message="expect\.address">.*expected {2}0x00000008/s);
});

test('JSON lines hold the mismatch and the totals', () => {
  const lines = replay('test', '--reporter', 'json', 'mixed').stdout.trim().split('\n');
  const [, failing, , end] = lines.map((line) => JSON.parse(line));
  expect(failing).toMatchObject({
    schema: 'replay-test/1',
    directory: 'mixed/failing',
    status: 'failed',
    mismatches: [{ path: 'expect.address', line: 2, expected: '0x00000008', actual: '0x00000004' }],
  });
  expect(end.summary).toEqual({ passed: 1, failed: 1, broken: 1, checks: 4, notRun: 0 });
});

test('what was recorded passes, keeps the log byte for byte, and is not overwritten', () => {
  cpSync(sample, join(root, 'sample.log'));
  const { status, stdout } = replay('record', 'sample.log', 'kept/kni', '--golden');
  expect(stdout).toBe('kept/kni/scenario.yaml (report 1 of 2): reproduced\n');
  expect(status).toBe(0);
  expect(readFileSync(join(root, 'kept/kni/oops.log'))).toEqual(readFileSync(sample));
  const yaml = readFileSync(join(root, 'kept/kni/scenario.yaml'), 'utf8');
  expect(yaml).toMatch(/^why: "?The page fault in kni_net_process_request: write of 4 bytes at 9e28ea90\.?"?$/m);
  expect(yaml).toMatch(/^ {2}address: 0x9e28ea90$/m);
  expect(replay('test', 'kept').stdout).toMatch(/1 scenario: 1 passed \(\d\d checks\)/);
  expect(replay('record', 'sample.log', 'kept/kni')).toMatchObject({
    status: 2,
    stderr: 'replay: kept/kni exists already; choose another name\n',
  });
});

test('a diversion that was saved becomes a variation', () => {
  cpSync(sample, join(root, 'sample.log'));
  const saved = (edits: readonly object[]) =>
    JSON.stringify({ schema: 'replay-diversion/1', report: 1, position: { index: 3, address: '0xf88a5acc' }, edits });
  writeFileSync(join(root, 'd.json'), saved([{ after: 0, memory: '0xf21fea80', bytes: '00000000' }]));
  expect(replay('record', 'sample.log', 'kept/diverted', '--from-session', 'd.json').status).toBe(0);
  const yaml = readFileSync(join(root, 'kept/diverted/scenario.yaml'), 'utf8');
  expect(yaml).toMatch(/from: 0xf88a5acc/);
  expect(yaml).toMatch(/outcome: completes,? .*address: 0xf21fea90/s);
  expect(replay('test', 'kept/diverted').status).toBe(0);
  writeFileSync(join(root, 'late.json'), saved([{ after: 2, register: 'eax', value: '0x00000000' }]));
  const late = replay('record', 'sample.log', 'kept/late', '--from-session', 'late.json');
  expect(late).toMatchObject({ status: 2, stderr: expect.stringMatching(/a variation changes at its start/) });
  expect(existsSync(join(root, 'kept/late'))).toBe(false);
});

test('a log that cannot be recorded leaves no directory behind', () => {
  writeFileSync(join(root, 'no.log'), 'usb 1-1: new device\n');
  expect(replay('record', 'no.log', 'kept/none').status).toBe(2);
  expect(replay('record', 'sample.log', 'kept/none', '--report', '9').stderr).toMatch(/there is no report 9/);
  expect(existsSync(join(root, 'kept/none'))).toBe(false);
});
