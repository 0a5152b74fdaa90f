// Crashes whose whole truth was recorded from a real CPU or an emulated kernel, where that private collection lies beside the project:
// nothing certain may be wrong. Skipped elsewhere.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import type { GENERAL_REGISTERS } from '../../src/machine/registers.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { replaySnapshot } from '../../src/replay/replay.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';

interface RecordedCrash {
  readonly report: string;
  readonly truth: {
    readonly id: string;
    readonly windowStart: string | null;
    readonly windowBytes: number;
    readonly regOrder: string;
    readonly trace: readonly { readonly eip: string; readonly bytes?: string; readonly regs: readonly string[] }[];
  };
}

const SETS = ['set-a', 'set-k'];
/** Every so many cases; REPLAY_RECORDED_EVERY=1 takes all. */
const EVERY = Number(process.env.REPLAY_RECORDED_EVERY ?? 4);
const folder = new URL('../../../shared/truth/', import.meta.url);

describe.skipIf(!existsSync(folder))('recorded crashes', async () => {
  const { cpu, decoder } = await loadCpu();
  it.each(SETS)('%s: no certain register is wrong, and the lead-ups reach back', { timeout: 300_000 }, (set) => {
    const lines = readFileSync(new URL(`${set}.jsonl`, folder), 'utf8')
      .split('\n')
      .filter((line, i) => line !== '' && i % EVERY === 0);
    const total = { steps: 0, certain: 0, proved: 0, rebuilt: 0 };
    const wrong: string[] = [];
    for (const line of lines) {
      const { report, truth } = JSON.parse(line) as RecordedCrash;
      const [snapshot] = parseLog(report).reports;
      const site = snapshot && crashSiteOf(snapshot, replaySnapshot(snapshot, { cpu, decoder }));
      if (!site || truth.windowStart === null) continue;
      const rounds = site.code.base === 'synthetic' ? 'whole' : 'each';
      const leadUp = reconstruct(site, cpu, { rounds });
      total.rebuilt++;
      if (leadUp.proved) total.proved++;
      const start = Number.parseInt(truth.windowStart, 16);
      const real = truth.trace
        .slice(0, -1)
        .map((entry) => ({ ...entry, offset: (Number.parseInt(entry.eip, 16) - start) >>> 0 }))
        .filter(({ bytes, offset }) => bytes !== undefined && offset + bytes.length / 2 <= truth.windowBytes)
        .reverse();
      const claimed = [...leadUp.steps].reverse();
      for (let i = 0; i < claimed.length && claimed[i]?.offset === real[i]?.offset; i++) {
        total.steps++;
        truth.regOrder.split(' ').forEach((name, r) => {
          const known = claimed[i]?.before[name as (typeof GENERAL_REGISTERS)[number]];
          if (known?.provenance !== 'derived' || known.value === undefined) return;
          total.certain++;
          if (known.value !== Number.parseInt(real[i]?.regs[r] ?? '', 16))
            wrong.push(`${truth.id}: ${name} ${i + 1} before the fault`);
        });
      }
    }
    console.info(`${set}: ${JSON.stringify(total)}`);
    expect(wrong).toEqual([]);
    expect(total.proved / total.rebuilt).toBeGreaterThan(0.95);
    expect(total.steps / total.rebuilt).toBeGreaterThan(5);
  });
});
