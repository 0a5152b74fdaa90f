// `replay step` and `replay gdb` as a user runs them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { replayCommand } from '../cli/replay-command.ts';

const sample = readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const LOG = { 'oops.log': sample };

test('commands are run in the order given, files and single ones mixed', () => {
  const files = { ...LOG, 'a.txt': 'p $ecx\n\n# a remark\nrsi\n' };
  const args = ['step', 'oops.log', '--batch', '-ex', 'p 1', '-x', 'a.txt', '-ex', 'p $ecx'];
  const { status, stdout, stderr } = replayCommand(args, { files });
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    '1 = 0x1',
    '$ecx = 0x2b024004  (observed)  user-space address',
    '12=> f88a5aea  add    $0x4,%ecx',
    '$ecx = 0x2b024000  (derived)  user-space address',
    '',
  ]);
  expect(status).toBe(0);
});

test('commands can come through a pipe', () => {
  const { status, stdout } = replayCommand(['step', 'oops.log'], { files: LOG, stdin: 'rsi\np $ecx\nquit\np 1\n' });
  expect(stdout).toMatch(/^✗ write of 4 bytes[\s\S]*12=> f88a5aea[\s\S]*0x2b024000/);
  expect(stdout).not.toMatch(/1 = 0x1/);
  expect(status).toBe(0);
});

test('a script stops at its first mistake and says where', () => {
  const files = { ...LOG, 's.txt': 'p 1\nnonsense\np 2\n' };
  const { status, stdout, stderr } = replayCommand(['step', 'oops.log', '--batch', '-x', 's.txt', '-ex', 'p 3'], {
    files,
  });
  expect(stdout).toBe('1 = 0x1\n3 = 0x3\n');
  expect(stderr).toBe('replay: s.txt:2: no command "nonsense"; try help.\n');
  expect(status).toBe(2);
});

test('a diversion is saved as a file', () => {
  const args = ['step', 'oops.log', '--batch', '-ex', 'set $eax = 1', '-ex', 'save no/such/place.json'];
  const { status, stderr } = replayCommand(args, { files: LOG });
  expect(stderr).toMatch(/no\/such\/place\.json cannot be written \(ENOENT\)/);
  expect(status).toBe(2);
});

const UNUSABLE: readonly [title: string, args: readonly string[], stderr: RegExp][] = [
  ['a missing log', ['step', 'no.log', '--batch'], /no\.log: cannot be read: no such file/],
  ['a missing script', ['step', 'oops.log', '--batch', '-x', 'no.txt'], /no\.txt: cannot be read/],
  ['a report that is not there', ['step', 'oops.log', '--report', '9', '--batch'], /there is no report 9/],
  [
    'a report without code',
    ['step', 'oops.log', '--report', '2', '--batch'],
    /nothing to step through: the line has no code/,
  ],
  ['an odd report number', ['step', 'oops.log', '--report', 'x'], /whole number/],
  ['the log where the prompt is', ['step', '-'], /name a log file/],
  ['an odd port', ['gdb', 'oops.log', '--port', '99999'], /number from 0 to 65535/],
  ['a host that is not ours', ['gdb', 'oops.log', '--port', '0', '--host', '192.0.2.1'], /no address of this machine/],
];

test.each(UNUSABLE)('%s: a sentence and exit code 2', (_title, args, expected) => {
  const { status, stderr } = replayCommand(args, { files: LOG });
  expect(stderr).toMatch(expected);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(status).toBe(2);
});

test('gdb: whoever is let in from outside is warned of, an empty host is loopback', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'replay-gdb-'));
  writeFileSync(join(directory, 'oops.log'), sample);
  const said = async (host: string): Promise<string> => {
    const server = spawn(process.execPath, [main, 'gdb', 'oops.log', '--port', '0', '--host', host], { cwd: directory });
    let text = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (bytes) => (text += String(bytes)));
    for (let i = 0; i < 500 && !text.includes('Listening'); i++) await wait(20);
    server.kill('SIGTERM');
    await once(server, 'exit');
    return text;
  };
  expect(await said('')).toMatch(/^Listening on 127\.0\.0\.1:\d+/);
  expect(await said('localhost')).not.toMatch(/warning/);
  expect(await said('0.0.0.0')).toMatch(/warning: 0\.0\.0\.0 is no loopback address/);
  rmSync(directory, { recursive: true });
});
