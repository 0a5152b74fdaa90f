// Many replays of random bytes in random states in one process: each ends, none leaks into another, memory does not grow.
// `npm test` runs some, `npm run test:cpu` as many as REPLAY_CPU_ISOLATION says.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Cpu, MachineState, StepOutcome } from '../../src/cpu/cpu.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { REGISTER_NAMES, type RegisterFile } from '../../src/machine/registers.ts';
import { type U32, wrapU32 } from '../../src/machine/u32.ts';
import { loadCpu } from './cpu-under-test.ts';
import { createRandom, type Random } from './random.ts';

const WANTED = Number(process.env.REPLAY_CPU_ISOLATION ?? 1500);
const FIXED_EVERY = 100;
const STEPS = 8;
const CODE_BYTES = 64;
const MINUTES = 60_000;

const FLAT = { selector: 0x7b, base: 0 as U32 };
const KERNEL = { cs: { selector: 0x60, base: 0 as U32 }, ss: { selector: 0x68, base: 0 as U32 } };
const USER = { cs: { selector: 0x73, base: 0 as U32 }, ss: FLAT };

/** Registers that often point to each other's neighbourhood, so that instructions get somewhere. */
function randomState(random: Random): MachineState {
  const anchors = [random.word(), random.word(), 0, 0xc000_0000 + random.below(0x3000_0000)];
  const registers = Object.fromEntries(
    REGISTER_NAMES.map((name) => [
      name,
      wrapU32(random.oneIn(3) ? random.word() : random.pick(anchors) + random.below(0x40)),
    ]),
  ) as RegisterFile;
  const kernel = random.oneIn(2);
  const unknown = { selector: kernel ? 0xd8 : 0x33 };
  return {
    registers,
    segments: {
      ...(kernel ? KERNEL : USER),
      ds: FLAT,
      es: FLAT,
      fs: random.oneIn(2) ? unknown : { ...unknown, base: wrapU32(random.word()) },
      gs: { selector: random.oneIn(2) ? 0 : 0xe0 },
    },
    mode: kernel ? 'kernel' : 'user',
  };
}

function runRandom(cpu: Cpu, random: Random): void {
  const state = randomState(random);
  const memory = new SyntheticMemory();
  memory.write(state.registers.eip, random.bytes(CODE_BYTES));
  for (let i = 0; i < 2; i++) {
    const at = wrapU32(random.pick(Object.values(state.registers)) + random.below(0x2000) - 0x1000);
    memory.setPage(at, random.oneIn(2) ? { kind: 'unmapped' } : { kind: 'protected', forbids: ['write'] });
  }
  cpu.load(state, memory, (access) => random.bytes(access.size));
  for (let step = 0; step < STEPS; step++) if (cpu.step().kind !== 'executed') return;
}

/** A few instructions of every sort, with a fault at the end. */
function runFixed(cpu: Cpu): readonly StepOutcome[] {
  const eip = 0xf88a_5000 as U32;
  const memory = new SyntheticMemory();
  // mov (%ebx),%eax; push %eax; add 4(%ebx),%eax; movups (%ebx),%xmm0; movups %xmm0,16(%ebx); rep movsl; mov %esi,(%eax,%ecx,4)
  memory.write(eip, Uint8Array.from(Buffer.from('8b0350034304 0f1003 0f114310 f3a5 893488'.replace(/ /g, ''), 'hex')));
  memory.write(
    0xd2ac_9d00 as U32,
    Uint8Array.from({ length: 32 }, (_, i) => i),
  );
  memory.write(0xd2ac_9c00 as U32, new Uint8Array(8));
  memory.setPage(0x0a08_0604 as U32, { kind: 'unmapped' });
  const registers = {
    eax: 0,
    ecx: 2,
    edx: 0,
    ebx: 0xd2ac_9d00,
    esp: 0xd4b8_5e14,
    ebp: 0xd4b8_5e44,
    esi: 0xd2ac_9d10,
    edi: 0xd2ac_9c00,
    eip,
    eflags: 0x1_0202,
  } as RegisterFile;
  const segments = { ...KERNEL, ds: FLAT, es: FLAT, fs: { selector: 0xd8 }, gs: { selector: 0xe0 } };
  cpu.load({ registers, segments, mode: 'kernel' }, memory, () => 'stop');
  const outcomes: StepOutcome[] = [];
  for (let step = 0; step < 12; step++) {
    const outcome = cpu.step();
    outcomes.push(outcome);
    if (outcome.kind !== 'executed') break;
  }
  return outcomes;
}

/** Objects and buffers that are still in use, the engine's heap among them, and the process as the system sees it, in MiB. */
function settledMemory(): { live: number; resident: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Buffers are given back behind the collection that found them: the next one waits for that.
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return { live: (heapUsed + arrayBuffers) / 2 ** 20, resident: rss / 2 ** 20 };
}

describe('many replays in one process', async () => {
  const { cpu } = await loadCpu();

  it('runs the fixed case to its fault', () => {
    const outcomes = runFixed(cpu);
    expect(outcomes.map((outcome) => outcome.kind)).toEqual([...new Array(7).fill('executed'), 'fault']);
    expect(outcomes.at(-1)).toMatchObject({
      fault: { kind: 'page-fault', linearAddress: 0x0a08_0604, access: { access: 'write', size: 4 }, errorCode: 2 },
    });
  });

  it('ends each, and repeats a fixed one exactly in between', { timeout: 20 * MINUTES }, () => {
    const random = createRandom(50_000);
    const expected = JSON.stringify(runFixed(cpu));
    for (let i = 0; i < FIXED_EVERY; i++) runRandom(cpu, random);
    const before = settledMemory();
    for (let i = 0; i < WANTED; i++) {
      runRandom(cpu, random);
      if (i % FIXED_EVERY === 0) expect(JSON.stringify(runFixed(cpu))).toBe(expected);
    }
    const after = settledMemory();
    if (process.env.REPLAY_CPU_ISOLATION !== undefined) {
      const print = ({ live, resident }: typeof before) =>
        `${live.toFixed(0)} MiB live, ${resident.toFixed(0)} MiB resident`;
      console.log(`${WANTED} replays: ${print(before)} before, ${print(after)} after`);
    }
    // Compiled code and caches settle within this; a page or a context lost in each replay would not.
    expect(after.live - before.live).toBeLessThan(24);
  });
});
