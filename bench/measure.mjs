// Medians, and ratios of runs made in turn: these survive a machine whose speed drifts.

import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Wall milliseconds of one process; throws where it ends with a status that `accepts` does not list. */
export function timeProcess(command, args, accepts = [0], env = process.env) {
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  if (!accepts.includes(status)) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return milliseconds;
}

/** Runs A and B in turn: both medians and first quartiles, and the median of the ratios pair by pair. */
export function paired(runA, runB, pairs) {
  const a = [];
  const b = [];
  const ratios = [];
  runA();
  runB();
  for (let i = 0; i < pairs; i++) {
    a.push(runA());
    b.push(runB());
    ratios.push(a.at(-1) / b.at(-1));
  }
  return {
    a: median(a),
    b: median(b),
    quarterA: percentile(a, 0.25),
    quarterB: percentile(b, 0.25),
    ratio: median(ratios),
  };
}

/** Linux counts what a process inherited from the one that started it into maxRSS, but not into VmHWM. */
const PRINT_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync } from 'node:fs';
  process.on('exit', () => {
    const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
    process.stderr.write('peak ' + (/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS));
  });`)}`;

/** So that a run neither uses nor writes the cache of whoever measures. */
const WITHOUT_CACHE = { ...process.env, REPLAY_NO_CACHE: '1' };

/** Peak resident memory of a node process in MiB. */
export function peakMemory(args) {
  const { stderr } = spawnSync(process.execPath, ['--import', PRINT_PEAK, ...args], {
    encoding: 'utf8',
    env: WITHOUT_CACHE,
  });
  const match = /peak (\d+)/.exec(stderr);
  if (match === null) throw new Error(`no peak in: ${stderr}`);
  return Number(match[1]) / 1024;
}

const STAMP_WRITES = new URL('stamp-writes.mjs', import.meta.url).href;

/** Milliseconds that the command `main` spends on each of `copies` times the same log, in one process, the first left out. */
export function timesPerLog(main, log, copies) {
  const args = ['--import', STAMP_WRITES, main, ...new Array(copies).fill(log)];
  const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: WITHOUT_CACHE });
  const match = /^stamps (.+)$/m.exec(stderr);
  if (match === null) throw new Error(`no stamps in: ${stderr}`);
  const stamps = JSON.parse(match[1]);
  const last = stamps.filter((_, i) => (i + 1) % (stamps.length / copies) === 0);
  return last.slice(1).map((stamp, i) => stamp - last[i]);
}

const FIRST_PASSES = fileURLToPath(new URL('first-passes.mjs', import.meta.url));

/** Milliseconds that a new process spends on loading the library, and on the first and the second pass over `log`: each with and without parsing. */
export function firstPasses(log) {
  return JSON.parse(execFileSync(process.execPath, [FIRST_PASSES, log], { encoding: 'utf8' }));
}
