// A log that is large enough for a thread of its own says what the same log says through a pipe.

import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const SIZE = 130 << 20;
const QUIET = 'Mar  4 03:03:21 host sshd[2211]: Accepted publickey for root from 10.0.3.17 port 51022 ssh2\n';

let folder: string;
let log: string;

function replay(words: readonly string[], stdin?: number) {
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--json', ...words], {
    ...options,
    ...(stdin !== undefined && { stdio: [stdin, 'pipe', 'pipe'] }),
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-large-'));
  log = join(folder, 'syslog');
  const quiet = Buffer.from(QUIET.repeat(11_000));
  const reports = ['kni-fifo-put', 'null-list-next', 'edited-register'].map((name) =>
    readFileSync(join(root, 'scenarios', name, 'oops.log')),
  );
  const file = openSync(log, 'w');
  for (let written = 0, i = 0; written < SIZE; i++) {
    written += writeSync(file, quiet);
    if (i % 40 === 7) written += writeSync(file, reports[((i / 40) % reports.length) | 0] as Buffer);
  }
  closeSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('gives the same reports, lines and diagnostics', () => {
  const large = replay([log]);
  expect(large.stdout.trim().split('\n').length).toBeGreaterThan(3);
  const piped = spawnSync('sh', ['-c', 'cat "$1" | "$2" "$3" --json -', 'sh', log, process.execPath, main], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  expect(large.status).toBe(piped.status);
  expect(large.stdout.replaceAll(JSON.stringify(log), '"<stdin>"')).toBe(piped.stdout);
  expect(large.stderr.replaceAll(log, '<stdin>')).toBe(piped.stderr);
});

it('reads it from standard input, too, and beside other logs', () => {
  const file = openSync(log, 'r');
  const { status, stdout } = replay(['-'], file);
  closeSync(file);
  const small = join(root, 'scenarios', 'kni-fifo-put', 'oops.log');
  const beside = replay([small, log]);
  expect(stdout.replaceAll('<stdin>', log)).toBe(replay([log]).stdout);
  expect([status, beside.status]).toEqual([1, 1]);
  expect(beside.stdout).toContain(stdout.split('\n')[0]?.replaceAll('<stdin>', log).slice(0, 200));
});

it('refuses one that is no text with the words of a small one', () => {
  const binary = join(folder, 'core');
  writeFileSync(binary, Buffer.alloc(SIZE));
  const { status, stderr } = replay([binary]);
  expect(status).toBe(2);
  expect(stderr).toContain('it is a binary file, not the text of a log');
});

it('a package that was not built is told of as for any log', () => {
  const installed = join(folder, 'not-built');
  cpSync(join(root, 'package.json'), join(installed, 'package.json'));
  cpSync(join(root, 'dist', 'cli'), join(installed, 'dist', 'cli'), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(installed, 'dist', 'cli', 'main.js'), log], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^replay: the Unicorn engine file is missing: .*unicorn-x86\.wasm; [^\n]*\n$/);
  expect(status).toBe(2);
});
