// Random programs run forward from random states; the lead-up is computed from the final state alone and compared with what ran.
// `npm test` runs a few thousand; REPLAY_PROGRAMS and REPLAY_PROGRAM_SEED ask for more or for others.

import { expect, it } from 'vitest';
import type { AlignedWindow } from '../../src/decoder/align-window.ts';
import type { Instruction } from '../../src/decoder/instruction.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import type { CrashSite } from '../../src/reconstruction/crash-site.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { createRandom } from '../cpu/random.ts';
import { judgeLeadUp } from './judge-lead-up.ts';
import { randomProgram } from './random-program.ts';
import { type RecordedRun, randomRegisters, recordRun } from './recorded-run.ts';

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
    const run = recordRun(cpu, decoder, program.bytes, randomRegisters(random), STEP_LIMIT);
    if (run === undefined) continue;
    total.programs++;
    const bounds = { start: 0, end: program.bytes.length };
    // As a whole function in every second program: then nothing is hidden, and steps are called certain.
    const site = seed % 2 === 0 ? run.site : { ...run.site, code: { ...run.site.code, function: bounds } };
    const leadUp = reconstruct(site, cpu, { rounds: 'whole' });
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

it('calls no step certain where code before or after the window could jump in', { timeout: 3_600_000 }, async () => {
  const { cpu, decoder } = await loadCpu();
  const total = { programs: 0, likely: 0, wrong: 0 };
  for (let seed = SEED; total.programs < PROGRAMS / 5; seed++) {
    const random = createRandom(seed);
    const program = randomProgram(random);
    const run = recordRun(cpu, decoder, program.bytes, randomRegisters(random), STEP_LIMIT);
    if (run === undefined || run.steps.length < 2) continue;
    total.programs++;
    const { site, hidden } = cutWindow(run, random.below(run.steps.length));
    const leadUp = reconstruct(site, cpu, { rounds: 'whole' });
    expect(leadUp.steps.filter(({ path }) => path === 'only').map(({ offset }) => `seed ${seed}: ${offset}`)).toEqual(
      [],
    );
    const real = run.steps.map(({ offset }) => offset - hidden).reverse();
    const claimed = leadUp.steps.map(({ offset, path }) => ({ offset, path })).reverse();
    const first = claimed.findIndex(({ offset }, i) => offset !== real[i]);
    total.likely += claimed.filter(({ path }) => path === 'likely').length;
    total.wrong += first < 0 ? 0 : claimed.slice(first).filter(({ path }) => path === 'likely').length;
  }
  console.info(`cut windows: ${JSON.stringify(total)}`);
});

/** The bytes from one of the instructions that ran on, as if the log printed no more. */
function cutWindow({ site, steps }: RecordedRun, first: number): { site: CrashSite; hidden: number } {
  const { code } = site;
  const hidden = Math.min(steps[first]?.offset ?? 0, code.faultOffset);
  const shown = (instruction: Instruction) => instruction.address >= code.start + hidden;
  const window: AlignedWindow = {
    ...code.window,
    before: code.window.before.filter(shown),
    certainty: code.window.certainty.filter((_, i) => shown(code.window.before[i] as Instruction)),
  };
  const cut = {
    ...code,
    bytes: code.bytes.slice(hidden),
    start: wrapU32(code.start + hidden),
    faultOffset: code.faultOffset - hidden,
    window,
  };
  return { site: { ...site, code: cut }, hidden };
}
