// `node bench/scenarios.mjs [count] [rounds]`: the whole library in one process, then a generated directory of `count` scenarios
// with one job, with two, and as two commands at once that share nothing and have half of it each, turn by turn: no sharing of the
// work can be faster on the machine than those. Figures only, no verdict.

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.mjs';

const count = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 3);
const RUNS = 7;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist/cli/main.js');
const library = join(root, 'scenarios');
const originals = readdirSync(library).filter((name) => statSync(join(library, name)).isDirectory());

const once = Array.from({ length: RUNS }, () => timed(['--jobs', '1', library]));
line(`the library, ${originals.length} scenarios, whole process`, seconds(median(once)));

const folder = mkdtempSync(join(tmpdir(), 'replay-bench-'));
try {
  for (let i = 0; i < count; i++) {
    const name = originals[i % originals.length];
    const group = join(folder, String(i % 100).padStart(2, '0'));
    mkdirSync(group, { recursive: true });
    cpSync(join(library, name), join(group, `${name}-${i}`), { recursive: true });
  }
  const groups = readdirSync(folder).map((name) => join(folder, name));
  const halves = [0, 1].map((half) => groups.filter((_, i) => i % 2 === half));
  const one = [];
  const two = [];
  const apart = [];
  for (let i = 0; i < rounds; i++) {
    one.push(timed(['--jobs', '1', folder]));
    two.push(timed(['--jobs', '2', folder]));
    apart.push(await timedAtOnce(halves.map((half) => ['--jobs', '1', ...half])));
  }
  line(`${count} scenarios, one job`, seconds(median(one)));
  line(`${count} scenarios, two jobs`, seconds(median(two)));
  line('half of them in each of two commands at once', seconds(median(apart)));
  line('one job / two jobs, turn by turn, median', median(one.map((time, i) => time / two[i])).toFixed(2));
  line('one job / two commands at once', median(one.map((time, i) => time / apart[i])).toFixed(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Seconds of `replay test args`. */
function timed(args) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [main, 'test', ...args], { stdio: 'ignore' });
  if (status === null || status > 1) throw new Error(`replay test ended with ${status}`);
  return (performance.now() - started) / 1000;
}

/** Seconds until all of several `replay test` that run at once have ended. */
async function timedAtOnce(commands) {
  const started = performance.now();
  const ended = commands.map((args) => {
    const child = spawn(process.execPath, [main, 'test', ...args], { stdio: 'ignore' });
    return new Promise((resolve) => child.on('exit', resolve));
  });
  for (const status of await Promise.all(ended))
    if (status === null || status > 1) throw new Error(`replay test ended with ${status}`);
  return (performance.now() - started) / 1000;
}

function seconds(value) {
  return `${value.toFixed(2)} s`;
}

function line(what, figure) {
  console.log(`${what.padEnd(46)} ${figure}`);
}
