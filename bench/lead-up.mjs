// `npm run bench:lead-up`: how long the lead-up of one report takes in a warm process, over the library of scenarios.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseLog } from '../dist/modules/carriers/read-log.js';
import { loadParts } from '../dist/modules/node/index.js';
import { crashSiteOf } from '../dist/modules/reconstruction/crash-site-of.js';
import { reconstruct } from '../dist/modules/reconstruction/reconstruct.js';
import { replaySnapshot } from '../dist/modules/replay/replay.js';
import { median, percentile } from './measure.mjs';

const ROUNDS = 9;
const scenarios = join(dirname(dirname(fileURLToPath(import.meta.url))), 'scenarios');

const parts = await loadParts();
const sites = readdirSync(scenarios)
  .map((slug) => join(scenarios, slug, 'oops.log'))
  .filter((path) => existsSync(path))
  .flatMap((path) =>
    parseLog(readFileSync(path, 'latin1')).reports.map((snapshot) => ({
      path,
      site: crashSiteOf(snapshot, replaySnapshot(snapshot, parts)),
    })),
  )
  .filter(({ site }) => site !== undefined);

const times = sites.map(({ path, site }) => {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    reconstruct(site, parts.cpu);
    return performance.now() - started;
  });
  return { path, first: rounds[0], warm: median(rounds) };
});

const warm = times.map((time) => time.warm);
const slowest = times.reduce((a, b) => (a.warm > b.warm ? a : b));
console.log(`reports with a lead-up          ${sites.length}, each ${ROUNDS} times`);
console.log(`median                          ${median(warm).toFixed(2)} ms`);
console.log(`99th percentile                 ${percentile(warm, 0.99).toFixed(2)} ms`);
console.log(`slowest                         ${slowest.warm.toFixed(2)} ms, ${slowest.path.split('/').at(-2)}`);
console.log(`slowest first round (cold code) ${Math.max(...times.map((time) => time.first)).toFixed(2)} ms`);
