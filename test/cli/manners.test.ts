// What the command does for someone who does not know it yet.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { replayCommand } from './replay-command.ts';

const log = readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');
/** Lines that differ in process and stack pointer, then one about another file. */
const lines = ['foo', 'foo', 'foo', 'foo', 'bar'].map(
  (name, i) => `app[${12 + i}]: segfault at 0 ip 08048000 sp bfff000${i} error 4 in lib${name}.so[8048000+1000]\n`,
);
const files = { 'oops.log': log, 'lines.log': lines.join('') };

test('help, as a word and as an option, of the command and of one of its own', () => {
  expect(replayCommand(['help'])).toEqual(replayCommand(['--help']));
  expect(replayCommand(['help', 'step'])).toEqual(replayCommand(['step', '--help']));
  expect(replayCommand(['help', 'step']).stdout).toMatch(/^Usage: replay step/);
  expect(replayCommand(['help', 'nothing'])).toMatchObject({
    status: 2,
    stderr:
      "replay: there is no command 'nothing'; there are test, record, step, gdb, source, serve, completion, help\n",
  });
});

test.each([
  ['tset', 'did you mean the command `replay test`?'],
  ['recrod', 'did you mean the command `replay record`?'],
  ['gbd', 'did you mean the command `replay gdb`?'],
  ['a', '`-` reads standard input, as in `dmesg | replay -`'],
  ['messages.log', '`-` reads standard input, as in `dmesg | replay -`'],
])('%s: %s', (name, hint) => {
  const { status, stderr } = replayCommand([name]);
  expect(stderr).toBe(`replay: ${name}: cannot be read: no such file; ${hint}\n`);
  expect(status).toBe(2);
});

test('one report of a log, and one that it does not hold', () => {
  const both = replayCommand(['oops.log'], { files }).stdout;
  const second = replayCommand(['--report', '2', 'oops.log'], { files }).stdout;
  expect(second).toMatch(/^oops\.log:35 /);
  expect(both.endsWith(second)).toBe(true);
  expect(JSON.parse(replayCommand(['--json', '--report', '2', 'oops.log'], { files }).stdout).report.index).toBe(1);
  expect(replayCommand(['--report', '3', 'oops.log'], { files })).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^replay: oops\.log: there is no report 3: the log holds 2$/m),
  });
});

test('equal lines are one group with a count, and a last line sums up', () => {
  const { stdout } = replayCommand(['lines.log'], { files });
  expect(stdout.match(/^lines\.log:\d+/gm)).toEqual(['lines.log:1', 'lines.log:5']);
  expect(stdout).toContain('  and 3 more like it, the last at lines.log:4\n');
  expect(stdout.endsWith('\n5 reports: 5 not replayable\n')).toBe(true);
  // Every one of them is in the JSON.
  expect(replayCommand(['--json', 'lines.log'], { files }).stdout.trim().split('\n')).toHaveLength(5);
});

test.each([
  [{ FORCE_COLOR: '1' }, true],
  [{ FORCE_COLOR: '0' }, false],
  [{ CLICOLOR_FORCE: '1' }, true],
  [{ CLICOLOR_FORCE: '0' }, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('colour by %j: %s', (environment, isColoured) => {
  expect(replayCommand(['oops.log'], { files, environment }).stdout.includes('\u001b[')).toBe(isColoured);
});

test('the locale decides on ASCII; where none is set, what is piped is UTF-8', () => {
  const text = (environment: Record<string, string>) => replayCommand(['oops.log'], { files, environment }).stdout;
  expect(text({ LC_ALL: 'C' })).toMatch(/^[\n -~]+$/);
  expect(text({ LANG: 'de_DE.ISO-8859-1' })).toMatch(/^[\n -~]+$/);
  expect(text({ LANG: 'C.UTF-8' })).toBe(text({}));
  expect(text({})).toContain('✗');
});
