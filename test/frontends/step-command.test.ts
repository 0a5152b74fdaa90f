// `replay step` and `replay gdb` as a user runs them.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
  expect(stderr).toMatch(/no\/such\/place\.json cannot be written: its directory is not there/);
  expect(status).toBe(2);
});

test('a long expression is worked out, and not repeated whole', () => {
  const terms = Array.from({ length: 8000 }, () => '1').join('+');
  const { status, stdout, stderr } = replayCommand(['step', 'oops.log'], { files: LOG, stdin: `p ${terms}\nquit\n` });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^1\+1\+[1+ …]{80,130} = 0x1f40 {2}\(derived\)/m);
  expect(status).toBe(0);
});

test('what is too long, too deep or no number is one sentence each, and the session goes on', () => {
  const lines = [
    `p ${Array.from({ length: 9000 }, () => '1').join('+')}`,
    `p ${'9'.repeat(1 << 20)}`,
    `p ${'9'.repeat(10_000)}`,
    `p ${'('.repeat(8000)}`,
    `p ${'-'.repeat(8000)}1`,
    `p ${'x'.repeat(8000)}`,
    `${'x'.repeat(8000)} 1`,
    `b *0 if ${'!'.repeat(8000)}`,
    `patch 0 ${'9'.repeat(14_999)}`,
    `save ${'x'.repeat(8000)}`,
    `x/${'9'.repeat(8000)}x 0`,
  ];
  const stdin = `${[...lines, 'p 1'].join('\n')}\n`;
  const { status, stdout, stderr } = replayCommand(['step', 'oops.log'], { files: LOG, stdin });
  const said = stderr.trimEnd().split('\n');
  expect(said[0]).toBe('replay: the line is longer than 16384 characters.');
  expect(said).toHaveLength(lines.length);
  for (const line of said) expect(line.length).toBeLessThan(300);
  expect(stderr).not.toMatch(/internal error|\n\s+at /);
  expect(stdout).toMatch(/^1 = 0x1$/m);
  expect(status).toBe(2);
});

test('a script may have more lines than a call has room for arguments', () => {
  const files = { ...LOG, 's.txt': `${'#\n'.repeat(150_000)}p 1\nnonsense\n` };
  const { status, stdout, stderr } = replayCommand(['step', 'oops.log', '--batch', '-x', 's.txt'], { files });
  expect(stdout).toBe('1 = 0x1\n');
  expect(stderr).toBe('replay: s.txt:150002: no command "nonsense"; try help.\n');
  expect(status).toBe(2);
});

test('scripts that are no files are refused with a sentence, a pipe with commands is taken', () => {
  const shell = (script: string) => {
    const directory = mkdtempSync(join(tmpdir(), 'replay-script-'));
    writeFileSync(join(directory, 'oops.log'), sample);
    const command = `node() { "${process.execPath}" "$@"; }; step() { node "${main}" step oops.log --batch "$@"; }; ${script}`;
    const { stdout, stderr, signal } = spawnSync('bash', ['-c', command], {
      cwd: directory,
      encoding: 'utf8',
      timeout: 20_000,
    });
    rmSync(directory, { recursive: true });
    expect(signal).toBe(null);
    return stdout + stderr;
  };
  expect(shell('step -x /dev/zero')).toBe('replay: /dev/zero: cannot be read: it is a device, not a file\n');
  expect(shell('step -x .')).toMatch(/^replay: \.: cannot be read: it is a directory\n$/);
  expect(shell('mkfifo f; step -x f')).toBe('replay: f: cannot be read: nothing is written into this pipe\n');
  expect(shell('step -x /proc/self/status')).toMatch(/: it is made up by the system as it is read.*\n$/);
  expect(shell('head -c 17000000 /dev/zero >big; step -x big')).toMatch(
    /larger than 16 MiB, which is the limit here\n$/,
  );
  expect(shell('step -x - </dev/zero')).toMatch(/larger than 16 MiB, which is the limit here\n$/);
  expect(shell('step -x <(sleep 0.3; echo p 7)')).toBe('7 = 0x7\n');
  expect(shell('echo p 7 | step -x -')).toBe('7 = 0x7\n');
});

test('what is saved replaces a file as a whole, and nothing but a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'replay-save-'));
  writeFileSync(join(directory, 'oops.log'), sample);
  spawnSync('sh', ['-c', 'mkfifo fifo'], { cwd: directory });
  writeFileSync(join(directory, 'kept.json'), 'before');
  symlinkSync('kept.json', join(directory, 'link'));
  symlinkSync('nowhere', join(directory, 'lost'));
  const step = (limit: string, file: string) =>
    spawnSync(
      'bash',
      [
        '-c',
        `${limit} exec "$@"`,
        'bash',
        process.execPath,
        main,
        'step',
        'oops.log',
        '--batch',
        '-ex',
        'set $eax = 1',
        '-ex',
        `save ${file}`,
      ],
      { cwd: directory, encoding: 'utf8', timeout: 20_000 },
    );
  expect(step('', 'fifo').stderr).toMatch(/fifo cannot be written: it is a named pipe \(FIFO\), not a file\.\n$/);
  expect(step('', '/dev/null').stderr).toMatch(/it is a device, not a file/);
  expect(step('', 'lost').stderr).toMatch(/it is a link that leads nowhere/);
  expect(step('ulimit -f 0;', 'kept.json').stderr).toMatch(/larger than the limit of this process/);
  expect(readFileSync(join(directory, 'kept.json'), 'utf8')).toBe('before');
  expect(step('', 'link').stderr).toBe('');
  expect(JSON.parse(readFileSync(join(directory, 'kept.json'), 'utf8')).schema).toBe('replay-diversion/1');
  expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(directory).sort()).toEqual(['fifo', 'kept.json', 'link', 'lost', 'oops.log']);
  rmSync(directory, { recursive: true });
});

/** script(1) of util-linux gives a terminal: with it `p 1`, `quit` are typed at the prompt. */
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

function atPrompt(environment: Readonly<Record<string, string>>, before: (home: string) => void, uid?: number) {
  const home = mkdtempSync(join(tmpdir(), 'replay-home-'));
  writeFileSync(join(home, 'oops.log'), sample);
  mkdirSync(join(home, 'state/replay'), { recursive: true });
  before(home);
  spawnSync('chmod', ['-R', 'a+rwX', home]);
  const command = `stty cols 200 rows 50; "${process.execPath}" "${main}" step oops.log`;
  const { stdout, signal } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: home,
    input: 'p 1\nquit\n',
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH ?? '', TERM: 'dumb', ...environment },
    ...(uid !== undefined && { uid, gid: uid }),
  });
  expect(signal).toBe(null);
  expect(stdout).toMatch(/\(replay\)/);
  expect(stdout).toMatch(/1 = 0x1/);
  expect(stdout).not.toMatch(/internal error|\n\s+at /);
  return { home, stdout, told: stdout.match(/history of commands is not kept: .*/g)?.map((line) => line.trim()) ?? [] };
}

test.runIf(hasTerminal)('the history is kept, whole, or one sentence says why not', () => {
  const state = { XDG_STATE_HOME: 'state' };
  const path = (home: string) => join(home, 'state/replay/step-history');
  const kept = atPrompt(state, () => undefined);
  expect(kept.told).toEqual([]);
  expect(readFileSync(path(kept.home), 'utf8')).toMatch(/^quit\np 1\n$/);
  const fifo = atPrompt(state, (home) => spawnSync('sh', ['-c', `mkfifo ${path(home)}`]));
  expect(fifo.told).toEqual(['history of commands is not kept: it is a named pipe (FIFO), not a file']);
  expect(lstatSync(path(fifo.home)).isFIFO()).toBe(true);
  const large = atPrompt(state, (home) => writeFileSync(path(home), 'p 1\n'.repeat(300_000)));
  expect(large.told).toEqual(['history of commands is not kept: it is larger than 1 MiB, which is the limit here']);
  const odd = atPrompt({ HOME: '/proc/none' }, () => undefined);
  expect(odd.told).toEqual(['history of commands is not kept: no such file']);
  for (const { home } of [kept, fifo, large, odd]) rmSync(home, { recursive: true });
});

test.runIf(hasTerminal && process.getuid?.() === 0)('a user without an entry and a home has a session, too', () => {
  const { home, told } = atPrompt({}, () => undefined, 54_321);
  expect(told).toEqual([
    'history of commands is not kept: this user has no home directory; set HOME or XDG_STATE_HOME',
  ]);
  rmSync(home, { recursive: true });
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
    const server = spawn(process.execPath, [main, 'gdb', 'oops.log', '--port', '0', '--host', host], {
      cwd: directory,
    });
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
