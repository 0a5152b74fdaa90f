// Extra test: windows of crashes whose executed instructions were recorded, where that data lies beside the project.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alignWindow } from '../../src/decoder/align-window.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { decoder } from './decode.ts';

const DIRECTORY = new URL('../../../shared/truth/', import.meta.url);
const isPresent = existsSync(DIRECTORY);
if (!isPresent) console.warn('recorded crashes are not here: alignment against them skipped');

interface RecordedCrash {
  readonly report: string;
  readonly truth: {
    readonly windowStart: string;
    readonly eip: string;
    readonly trace: readonly { readonly eip: string; readonly bytes: string }[];
  };
}

describe.skipIf(!isPresent)('windows of recorded crashes', () => {
  it.each(['set-a', 'set-k'])('%s are cut where the executed instructions began', (set) => {
    const totals = { windows: 0, executed: 0, found: 0, kept: 0, inside: 0 };
    for (const line of readFileSync(new URL(`${set}.jsonl`, DIRECTORY), 'utf8')
      .trim()
      .split('\n')) {
      const { report, truth } = JSON.parse(line) as RecordedCrash;
      const code = /Code: ([0-9a-f <>]+)/.exec(report)?.[1]?.trim().split(' ');
      if (code === undefined) continue;
      const eipOffset = code.findIndex((word) => word.startsWith('<'));
      const bytes = Uint8Array.from(code, (word) => Number.parseInt(word.replace(/[<>]/g, ''), 16));
      const start = Number.parseInt(truth.windowStart, 16);
      const eip = Number.parseInt(truth.eip, 16);
      const kept = new Set<number>(
        alignWindow(decoder, bytes, eipOffset, start as U32).before.map(({ address }) => address),
      );
      const lengths = new Map(truth.trace.map((step) => [Number.parseInt(step.eip, 16), step.bytes.length / 2]));
      const executed = [...lengths].filter(([address]) => start <= address && address < eip);
      totals.windows++;
      totals.executed += executed.length;
      totals.found += executed.filter(([address]) => kept.has(address)).length;
      totals.kept += kept.size;
      totals.inside += [...kept].filter((address) =>
        executed.some(([first, length]) => first < address && address < first + length),
      ).length;
    }
    console.info(`${set}: ${JSON.stringify(totals)}`);
    expect(totals.windows).toBeGreaterThan(200);
    expect(totals.found / totals.executed).toBeGreaterThan(0.98);
    expect(totals.inside / totals.kept).toBeLessThan(0.001);
  });
});
