// `npm run bench`: start-up against bare node in both worlds (built in place; installed, under every Node at hand), throughput in one process,
// memory. Figures only, no verdict.

import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { examine, loadParts, readLog } from '../dist/lib/node.js';
import { installPackage, nodesAtHand } from './installed.mjs';
import { firstPasses, median, paired, peakMemory, percentile, timeProcess, timesPerLog } from './measure.mjs';

const PAIRS = 31;
const WARM_REPLAYS = 2000;
const COMMAND_LOGS = 200;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist/cli/main.js');
const sample = join(root, 'scenarios/kni-fifo-put/oops.log');
const NOT_ALL_REPRODUCED = [0, 1];

/** `replay` with `args` from the start to the end of its process, against `node -e 0` of the same Node. `prepare` is not timed. */
function cold(node, script, args, environment, prepare = () => undefined) {
  return paired(
    () => {
      prepare();
      return timeProcess(node, [script, ...args], NOT_ALL_REPRODUCED, environment);
    },
    () => timeProcess(node, ['-e', '0']),
    PAIRS,
  );
}

function coldLine(what, { a, b, quarterA, quarterB, ratio }) {
  const quarter = (quarterA / quarterB).toFixed(2);
  line(what, `${ratio.toFixed(2)} (of the first quartiles: ${quarter}; ${ms(a)} against ${ms(b)})`);
}

coldLine('built in place: cold `replay` / bare node', cold(process.execPath, main, [sample]));
coldLine('  with --no-lead-up', cold(process.execPath, main, ['--no-lead-up', sample]));
const installed = installPackage(root);
const installedMain = join(installed.folder, 'dist/cli/main.js');
const userCache = join(installed.caches, 'replay-oops');
const withCache = { ...process.env, XDG_CACHE_HOME: installed.caches, REPLAY_NO_CACHE: '' };
const forget = () => rmSync(userCache, { recursive: true, force: true });
for (const { version, path } of nodesAtHand(root)) {
  const what = `installed, Node ${version}`;
  coldLine(`${what}, no cache`, cold(path, installedMain, [sample], { ...process.env, REPLAY_NO_CACHE: '1' }));
  coldLine(`${what}, first run`, cold(path, installedMain, [sample], withCache, forget));
  coldLine(`${what}, later runs`, cold(path, installedMain, [sample], withCache));
}
installed.remove();
line(
  'peak memory of that process, built in place',
  `${peakMemory([main, sample]).toFixed(0)} MiB (bare node ${peakMemory(['-e', '0']).toFixed(0)})`,
);

const RUNS = 7;
const runs = Array.from({ length: RUNS }, () => timesPerLog(main, sample, COMMAND_LOGS));
line(
  `${COMMAND_LOGS} times that log in one command: second`,
  `${ms(median(runs.map((times) => times[0])))} (fastest ${ms(Math.min(...runs.map((times) => times[0])))})`,
);
line('the last quarter of them: median', ms(median(runs.flatMap((times) => times.slice((3 * COMMAND_LOGS) / 4)))));

const text = readFileSync(sample, 'latin1');
const parts = await loadParts();
const times = [];
for (let i = 0; i < WARM_REPLAYS; i++) {
  const started = performance.now();
  for (const snapshot of readLog(text).reports) examine(snapshot, parts, { leadUp: 'none' });
  times.push(performance.now() - started);
}
const steady = times.slice(WARM_REPLAYS / 2);
const passes = Array.from({ length: RUNS }, () => firstPasses(sample));
line('the library in a new process: loaded in', ms(median(passes.map(({ loading }) => loading))));
line('parse, replay, explain (two reports): first', ms(median(passes.map(({ times: [[all]] }) => all))));
line('second', ms(median(passes.map(({ times: [, [all]] }) => all))));
line('second, without parsing', ms(median(passes.map(({ times: [, [, replayed]] }) => replayed))));
line('after warm-up: median, 99th percentile', `${ms(median(steady))}, ${ms(percentile(steady, 0.99))}`);
line('logs a second (two reports each)', (1000 / median(steady)).toFixed(0));

function ms(value) {
  return `${value.toFixed(2)} ms`;
}

function line(what, figure) {
  console.log(`${what.padEnd(46)} ${figure}`);
}
