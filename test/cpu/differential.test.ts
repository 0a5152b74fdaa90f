// Random instructions and blocks, executed by the real CPU and by ours, compared in full. `npm test` runs a few thousand comparisons,
// `npm run test:cpu` as many as REPLAY_CPU_COMPARISONS says, from the seed in REPLAY_CPU_SEED. A difference is shrunk to one line
// and appended to test/vectors/cpu-found.txt, where it stays as a test.

import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Decoder } from '../../src/decoder/decoder.ts';
import { integerBlockCase, vectorBlockCase, x87BlockCase } from './block-cases.ts';
import { compareWithEveryModel } from './compare.ts';
import { loadCpu } from './cpu-under-test.ts';
import { type NativeCase, Oracle } from './oracle.ts';
import { createRandom, type Random } from './random.ts';
import { fetchCase, singleInstructionCase } from './random-cases.ts';
import { shrink } from './shrink.ts';
import { printVector } from './vector-line.ts';

const WANTED = Number(process.env.REPLAY_CPU_COMPARISONS ?? 3000);
const SEED = Number(process.env.REPLAY_CPU_SEED ?? 20261122);
const BATCH = 250;
const MINUTES = 60_000;
const FOUND = fileURLToPath(new URL('../vectors/cpu-found.txt', import.meta.url));

type Generator = (random: Random, decoder: Decoder) => NativeCase | undefined;

const KINDS: readonly { readonly name: string; readonly share: number; readonly generate: Generator }[] = [
  {
    name: 'single instructions in random states, their operands in good and bad places',
    share: 0.4,
    generate: singleInstructionCase,
  },
  { name: 'fetches across the end of the code', share: 0.05, generate: fetchCase },
  { name: 'blocks of integer instructions', share: 0.15, generate: integerBlockCase },
  { name: 'MMX and SSE instructions', share: 0.25, generate: vectorBlockCase },
  { name: 'x87 instructions', share: 0.15, generate: x87BlockCase },
];

const oracle = Oracle.build();
if (typeof oracle === 'string') console.warn(`comparison with the real CPU skipped: ${oracle}`);

describe.skipIf(typeof oracle === 'string')('the emulated CPU does what the real CPU does', async () => {
  const { cpu, decoder } = await loadCpu();
  const real = oracle as Oracle;
  const totals = { compared: 0, cases: 0, lost: 0 };
  const declined = new Map<string, number>();

  const differenceOf = (native: NativeCase): string | undefined => {
    const [answer] = real.ask([native]);
    return answer && compareWithEveryModel(cpu, native, answer).difference;
  };

  const runBatch = (generate: Generator, random: Random, failures: string[]): number => {
    const cases: NativeCase[] = [];
    for (let attempts = 0; attempts < 100 * BATCH && cases.length < BATCH; attempts++) {
      const native = generate(random, decoder);
      if (native !== undefined) cases.push(native);
    }
    let compared = 0;
    real.ask(cases).forEach((answer, i) => {
      const native = cases[i] as NativeCase;
      totals.cases++;
      if (answer === undefined) {
        totals.lost++;
        return;
      }
      const result = compareWithEveryModel(cpu, native, answer);
      compared += result.compared;
      for (const { instruction, reason } of result.declined) {
        const key = instruction?.mnemonic ?? reason;
        declined.set(key, (declined.get(key) ?? 0) + 1);
      }
      if (result.difference !== undefined) failures.push(report(native, result.difference));
    });
    totals.compared += compared;
    return compared;
  };

  const report = (native: NativeCase, difference: string): string => {
    const plain = shrink(native, (candidate) => differenceOf(candidate) !== undefined);
    const [answer] = real.ask([plain]);
    if (answer === undefined) return difference;
    const line = printVector(`seed-${SEED}`, plain, answer, decoder);
    appendFileSync(FOUND, `${line}\n`);
    return `${differenceOf(plain) ?? difference}\n  ${line}`;
  };

  it.each(KINDS)('$name', { timeout: 20 * MINUTES }, ({ share, generate }) => {
    const random = createRandom(SEED + Math.round(share * 100));
    const failures: string[] = [];
    const batches = Math.ceil(WANTED / BATCH);
    for (let batch = 0, compared = 0; batch < batches && compared < WANTED * share && failures.length < 10; batch++) {
      compared += runBatch(generate, random, failures);
    }
    expect(failures).toEqual([]);
  });

  it('loses almost no case to instructions that harm the helper', () => {
    expect(totals.lost).toBeLessThanOrEqual(totals.cases / 200);
  });

  afterAll(() => {
    if (process.env.REPLAY_CPU_COMPARISONS === undefined) return;
    const most = [...declined].sort((a, b) => b[1] - a[1]);
    console.log(
      `${totals.compared} instructions compared in ${totals.cases} cases, ${totals.lost} cases lost, seed ${SEED}`,
    );
    console.log(`not run by ours: ${most.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  });
});
