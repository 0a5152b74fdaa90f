// The other side of honesty: what the lead-ups of the kept crashes leave unknown is unknown for a reason.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import { replaySnapshot } from '../../src/replay/replay.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { countOpenValues } from './open-values.ts';

const scenarios = new URL('../../scenarios/', import.meta.url);

it('what stays unknown differs between two runs that end in the same log', { timeout: 300_000 }, async () => {
  const { cpu, decoder } = await loadCpu();
  const total = { lead_ups: 0, values: 0, unknown: 0, open: 0 };
  const notShown: string[] = [];
  for (const slug of readdirSync(scenarios)) {
    const log = new URL(`${slug}/oops.log`, scenarios);
    if (!existsSync(log)) continue;
    for (const snapshot of parseLog(readFileSync(log, 'latin1')).reports) {
      const site = crashSiteOf(snapshot, replaySnapshot(snapshot, { cpu, decoder }));
      const counted = site && countOpenValues(site, cpu);
      if (counted === undefined) continue;
      total.lead_ups++;
      total.values += counted.total;
      total.unknown += counted.unknown;
      total.open += counted.open;
      notShown.push(...counted.notShown.map((value) => `${slug}: ${value}`));
    }
  }
  console.info(`open values: ${JSON.stringify(total)}; not shown: ${notShown.slice(0, 20).join(', ')}`);
  expect(total.lead_ups).toBeGreaterThan(60);
  expect(total.unknown).toBeGreaterThan(500);
  expect(total.open / total.unknown).toBeGreaterThan(0.99);
});
