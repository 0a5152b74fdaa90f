// Runs that do not end by themselves: scenarios without end, processes that die, readers that leave, directories that are watched.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { oopsText } from '../oops-text.ts';
import { createScenarioFolder, LOG } from './scenario-folder.ts';

const { root, replay, scenario, remove } = createScenarioFolder();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PASSING = 'why: A load.\nexpect: { verdict: reproduced }\n';
const FAILING = 'why: A load.\nexpect: { verdict: contradicted }\n';
/** A loop that ends when a word changes; each of the runs below takes its 2,000 steps. */
const LOOP = oopsText({ code: '8b 1d 00 01 00 f6 85 db 75 fe 31 c0 <8b> 40 04 c3', address: '4' });
const sweep = (name: string) =>
  `  - name: ${name}\n    set: { memory: { 0xf6000100: 1 } }\n    sweep: { register: ecx, range: { from: 0, to: 1023 } }\n`;
/** Minutes of work. */
const ENDLESS = `why: It takes long.\nexpect: { verdict: reproduced }\nvariations:\n${sweep('a')}${sweep('b')}${sweep('c')}${sweep('d')}`;
/** Enough that processes share them. */
const MANY = 220;
const SLOW_ONE = 'many/s100';
const hasProc = existsSync('/proc/self/stat');

beforeAll(() => {
  for (const [folder, slow] of [
    ['few', 'few/b'],
    ['many', SLOW_ONE],
  ] as const) {
    if (folder === 'few') for (const name of ['a', 'b', 'c']) scenario(`few/${name}`, PASSING);
    else for (let i = 0; i < MANY; i++) scenario(`many/s${100 + i}`, PASSING);
    writeFileSync(join(root, slow, 'oops.log'), LOOP);
    writeFileSync(join(root, slow, 'scenario.yaml'), ENDLESS);
  }
});
afterAll(remove);

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function start(...args: readonly string[]): Run {
  const child = spawn(process.execPath, [main, 'test', ...args], { cwd: root });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (text += String(bytes)));
  return { child, said: () => text };
}

async function until(condition: () => boolean, what: () => string): Promise<void> {
  for (let i = 0; i < 1200 && !condition(); i++) await wait(25);
  if (!condition()) expect.fail(what());
}

/** Processes whose parent is `pid`: proc(5), the fourth field of stat. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

test('a scenario that does not end is ended, by name, and the next one is sound', () => {
  const { status, stdout } = replay('test', '--timeout', '0.5', 'few');
  expect(stdout).toMatch(
    /^✓ few\/a .*\n! few\/b\n.*it did not end within 0\.5 seconds; `--timeout` allows more\n✓ few\/c .*\n\n3 scenarios: 2 passed, 1 could not be run/,
  );
  expect(status).toBe(2);
  expect(replay('test', '--timeout', '0', 'few')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/above 0/),
  });
});

test('the same in processes of their own', () => {
  const { status, stdout } = replay('test', '--timeout', '1', '--jobs', '2', '--reporter', 'junit', 'many');
  expect(stdout).toMatch(new RegExp(`<testsuites tests="${MANY}" failures="0" errors="1" time=`));
  expect(stdout).toMatch(/name="many\/s100" time="\d+\.\d+">\n.*it did not end within 1 seconds/);
  expect(status).toBe(2);
});

test.runIf(hasProc)('a process that dies costs the scenario that it ran; another takes the rest', async () => {
  const { child, said } = start('--jobs', '2', '--reporter', 'junit', 'many');
  const pid = child.pid as number;
  // Both first; then only the one with the scenario that takes minutes, which holds others too.
  await until(() => childrenOf(pid).length === 2, said);
  await until(() => childrenOf(pid).length === 1, said);
  process.kill(childrenOf(pid)[0] as number, 'SIGKILL');
  const [status] = await once(child, 'exit');
  expect(said()).toMatch(new RegExp(`<testsuites tests="${MANY}" failures="0" errors="1" time=`));
  expect(said()).toMatch(/name="many\/s100" time="\d+\.\d+">\n.*the process that ran it ended with SIGKILL/);
  expect(said().trimEnd().endsWith('</testsuites>')).toBe(true);
  expect(status).toBe(2);
});

test.runIf(hasProc)('processes end with a parent that is killed, in the middle of a scenario', async () => {
  const { child, said } = start('--jobs', '2', 'many');
  const pid = child.pid as number;
  await until(() => childrenOf(pid).length === 2, said);
  await until(() => childrenOf(pid).length === 1, said);
  const left = childrenOf(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(
    () => left.every((one) => !existsSync(`/proc/${one}`)),
    () => `${left} outlived the parent`,
  );
});

test('watch: a file that is renamed over, directories that come, go and are replaced', async () => {
  scenario('watched/a', PASSING);
  scenario('watched/deep/b', PASSING);
  const { said } = start('--watch', 'watched');
  const runs = (pattern: RegExp) => said().match(pattern)?.length ?? 0;
  await until(() => said().includes('watching'), said);
  const replace = (yaml: string) => {
    writeFileSync(join(root, 'watched/a/.new'), yaml);
    renameSync(join(root, 'watched/a/.new'), join(root, 'watched/a/scenario.yaml'));
  };
  for (let i = 1; i <= 3; i++) {
    replace(FAILING);
    await until(() => runs(/✗ watched\/a/g) === i, said);
    replace(PASSING);
    await until(() => runs(/✓ watched\/a/g) === i + 1, said);
  }
  scenario('watched/new/c', FAILING);
  await until(() => runs(/✗ watched\/new\/c/g) >= 1, said);
  // Another directory in the place of one that is watched, as `git checkout` leaves it; then a change in that.
  scenario('aside/b', FAILING);
  rmSync(join(root, 'watched/deep'), { recursive: true });
  renameSync(join(root, 'aside'), join(root, 'watched/deep'));
  await until(() => runs(/✗ watched\/deep\/b/g) >= 1, said);
  const before = runs(/✓ watched\/deep\/b/g);
  writeFileSync(join(root, 'watched/deep/b/scenario.yaml'), PASSING);
  await until(() => runs(/✓ watched\/deep\/b/g) > before, said);
});

test('watch: a root that is deleted is told, and waited for', async () => {
  scenario('root/a', PASSING);
  const { child, said } = start('--watch', 'root');
  await until(() => said().includes('watching'), said);
  rmSync(join(root, 'root'), { recursive: true });
  await until(() => /root is not there any more; waiting for it to come back/.test(said()), said);
  expect(child.exitCode).toBe(null);
  scenario('root/a', FAILING);
  await until(() => /✗ root\/a/.test(said()), said);
  mkdirSync(join(root, 'root/b'));
  writeFileSync(join(root, 'root/b/oops.log'), LOG);
  writeFileSync(join(root, 'root/b/scenario.yaml'), PASSING);
  await until(() => /✓ root\/b/.test(said()), said);
});
