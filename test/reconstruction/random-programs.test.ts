// Random programs run forward from random states; the lead-up is computed from the final state alone and compared with what ran.
// `npm test` runs a few thousand; REPLAY_PROGRAMS and REPLAY_PROGRAM_SEED ask for more or for others.

import { expect, it } from 'vitest';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { createRandom } from '../cpu/random.ts';
import { judgeLeadUp } from './judge-lead-up.ts';
import { randomProgram } from './random-program.ts';
import { randomRegisters, recordRun } from './recorded-run.ts';

const PROGRAMS = Number(process.env.REPLAY_PROGRAMS ?? 1000);
const SEED = Number(process.env.REPLAY_PROGRAM_SEED ?? 20261122);
const STEP_LIMIT = 80;

it(`claims nothing wrong about ${PROGRAMS} random programs`, { timeout: 3_600_000 }, async () => {
  const { cpu, decoder } = await loadCpu();
  const failures: string[] = [];
  const total = { programs: 0, proved: 0, steps: 0, matched: 0, values: 0 };
  for (let seed = SEED; total.programs < PROGRAMS; seed++) {
    const random = createRandom(seed);
    const program = randomProgram(random);
    const run = recordRun(
      cpu,
      decoder,
      program.bytes,
      randomRegisters(random),
      STEP_LIMIT,
      seed % 2 === 0 ? 'amd' : 'intel',
    );
    if (run === undefined) continue;
    total.programs++;
    const leadUp = reconstruct(run.site, cpu, { rounds: 'whole' });
    const { matched, certainValues, faults } = judgeLeadUp(leadUp, run);
    if (faults.length > 0) failures.push(`seed ${seed}: ${faults.slice(0, 3).join('; ')}`);
    total.proved += leadUp.proved ? 1 : 0;
    total.steps += run.steps.length;
    total.matched += matched;
    total.values += certainValues;
  }
  console.info(`random programs: ${JSON.stringify(total)}`);
  expect(failures).toEqual([]);
  expect(total.proved / total.programs).toBeGreaterThan(0.9);
  expect(total.matched / total.steps).toBeGreaterThan(0.3);
});
