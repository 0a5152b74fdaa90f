// What becomes of results whose reader is slow or has gone.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LOG } from '../scenario/scenario-folder.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const log = fileURLToPath(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url));
const scenario = dirname(log);
/** More than a pipe holds. */
const LOGS = Array.from({ length: 40 }, () => log);

function shell(script: string): string {
  return execFileSync('sh', ['-c', script, process.execPath, main, '--no-lead-up', ...LOGS], { encoding: 'utf8' });
}

test('a slow reader gets everything', () => {
  const atOnce = shell('"$0" "$@" 2>/dev/null | wc -c');
  expect(Number(atOnce)).toBeGreaterThan(0x1_0000);
  expect(shell('"$0" "$@" 2>/dev/null | (sleep 0.5; wc -c)')).toBe(atOnce);
});

test('a reader that has seen enough is no error', () => {
  expect(shell('{ "$0" "$@" | head -n 1; } 2>&1 | grep -v "not in the log"')).toMatch(
    /^.*oops\.log:1 {2}kernel page fault\n$/,
  );
  expect(shell('{ "$0" --help | true; } 2>&1')).toBe('');
});

/** Exit code of the command whose reader leaves before anything is written. */
function withoutReader(args: readonly string[], cwd: string): number | null {
  // `true` has ended before the command has loaded; the sleep is for a machine that is busy.
  const script = 'set -o pipefail; (sleep 0.3; exec "$@") 2>/dev/null | true';
  return spawnSync('bash', ['-c', script, 'bash', process.execPath, main, ...args], { cwd }).status;
}

test('what was found is in the exit code of `test`, whoever reads on', () => {
  const root = mkdtempSync(join(tmpdir(), 'replay-pipe-'));
  for (const [name, yaml] of [
    ['good', 'why: A load.\nexpect: { verdict: reproduced }\n'],
    ['bad', 'why: A load.\nexpect: { verdict: contradicted }\n'],
    ['wrong', 'why: A load.\n'],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'oops.log'), LOG);
    writeFileSync(join(root, name, 'scenario.yaml'), yaml);
  }
  for (const reporter of ['pretty', 'junit']) {
    const codes = [['good'], ['good', 'bad'], ['bad', 'wrong']].map((names) =>
      withoutReader(['test', '--reporter', reporter, ...names], root),
    );
    expect(codes).toEqual([0, 1, 2]);
  }
  rmSync(root, { recursive: true });
});

test.each([
  ['explain', [log]],
  ['explain in JSON', ['--json', log]],
  ['help', ['--help']],
  ['step', ['step', log, '--batch', '-ex', 'start']],
  ['step from a pipe', ['step', log]],
  ['gdb', ['gdb', log, '--port', '0']],
])('%s: a reader that has left ends it with the code of SIGPIPE', (_name, args) => {
  expect(withoutReader(args, tmpdir())).toBe(141);
});

test.each([
  ['explain', [log]],
  ['explain in JSON', ['--json', log]],
  ['help', ['--help']],
  ['test', ['test', scenario]],
  ['step', ['step', log, '--batch', '-ex', 'start']],
  ['gdb', ['gdb', log, '--port', '0']],
])('%s: a full disk is told in one line', (_name, args) => {
  const script = 'exec "$0" "$@" >/dev/full';
  const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, main, ...args], { encoding: 'utf8' });
  expect(stderr.split('\n').filter((line) => !line.includes('not in the log'))).toEqual([
    'replay: standard output: cannot be written: no space left on device',
    '',
  ]);
  expect(status).toBe(2);
});

test.each(['>/dev/full', '>&-'])('standard error that takes nothing (2%s) leaves the results as they are', (target) => {
  const script = `exec "$0" "$@" 2${target}`;
  const told = spawnSync('sh', ['-c', script, process.execPath, main, log], { encoding: 'utf8' });
  const usual = spawnSync(process.execPath, [main, log], { encoding: 'utf8' });
  expect([told.status, told.stdout]).toEqual([usual.status, usual.stdout]);
  expect(spawnSync('sh', ['-c', script, process.execPath, main, '--bogus']).status).toBe(2);
});

test('record: a directory that cannot be made is told in one line', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'record', log, `${log}/kept`], { encoding: 'utf8' });
  expect(stderr).toBe(`replay: ${log}/kept: cannot be written: a part of the path is not a directory\n`);
  expect(status).toBe(2);
});
