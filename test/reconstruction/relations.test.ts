// Every relation against the CPU: one random instruction in a random state. What the relations conclude forward from the state before, and
// backward from the state after, must be what the CPU did; forward they must conclude nearly all of it.

import { describe, expect, it } from 'vitest';
import type { StepOutcome } from '../../src/cpu/cpu.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { ARITHMETIC_FLAGS } from '../../src/machine/eflags.ts';
import { GENERAL_REGISTERS, type RegisterFile } from '../../src/machine/registers.ts';
import { u32, wrapU32 } from '../../src/machine/u32.ts';
import { type Front, Lift } from '../../src/reconstruction/lift/lift.ts';
import { liftInstruction } from '../../src/reconstruction/lift/lift-instruction.ts';
import type { MemoryEvent } from '../../src/reconstruction/network/memory-versions.ts';
import { Network, type NodeId, ZERO } from '../../src/reconstruction/network/network.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { createRandom } from '../cpu/random.ts';
import { randomPiece } from './random-program.ts';
import { CODE_START, randomRegisters, unwrittenBytes } from './recorded-run.ts';

type Executed = Extract<StepOutcome, { kind: 'executed' }>;

const INSTRUCTIONS = 2500;
const flat = { selector: 0x7b, base: u32(0) };
const SEGMENTS = { es: flat, cs: { selector: 0x60, base: u32(0) }, ss: flat, ds: flat, fs: flat, gs: flat };

describe('relations of single instructions', async () => {
  const { cpu, decoder } = await loadCpu();

  const execute = (seed: number): Executed | undefined => {
    const random = createRandom(seed);
    const piece = randomPiece(random, 1);
    if ('branch' in piece) return undefined;
    const bytes = Uint8Array.from(piece);
    const registers = randomRegisters(random);
    if (decoder.decode(bytes, 0, wrapU32(CODE_START)) === undefined) return undefined;
    const memory = new SyntheticMemory();
    memory.write(wrapU32(CODE_START), bytes);
    cpu.load({ registers, segments: SEGMENTS, mode: 'kernel' }, memory, ({ linearAddress, size }) =>
      unwrittenBytes(linearAddress, size),
    );
    const outcome = cpu.step();
    return outcome.kind === 'executed' && outcome.instruction.prefixes.rep === 'none' ? outcome : undefined;
  };

  it(`hold for ${INSTRUCTIONS} instructions in both directions`, { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    const total = { tried: 0, registers: 0, known: 0 };
    for (let seed = 1; total.tried < INSTRUCTIONS; seed++) {
      const executed = execute(seed);
      if (executed === undefined) continue;
      total.tried++;
      const text = `seed ${seed}: ${decoder.print(executed.instruction, 'att')}`;
      const forward = liftOf(executed);
      learn(forward.network, forward.lift.front, executed.before);
      settle(forward.network, forward.lift, executed);
      const [known, faults] = compare(
        forward.network,
        forward.after,
        executed.after,
        executed.instruction.flags.undefined,
      );
      total.registers += GENERAL_REGISTERS.length;
      total.known += known;
      const backward = liftOf(executed);
      learn(backward.network, backward.after, executed.after);
      settle(backward.network, backward.lift, executed);
      const back = compare(backward.network, backward.lift.front, executed.before, 0)[1];
      for (const what of [forward.network.conflict, backward.network.conflict, ...faults, ...back]) {
        if (what !== undefined) wrong.push(`${text}: ${what}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(total.known / total.registers).toBeGreaterThan(0.99);
  });
});

function liftOf({ instruction }: Executed): { network: Network; lift: Lift; after: Front } {
  const network = new Network();
  const after: Front = {
    registers: GENERAL_REGISTERS.map(() => network.addNode()),
    flags: network.addNode(),
    segments: { es: ZERO, cs: ZERO, ss: ZERO, ds: ZERO, fs: ZERO, gs: ZERO },
  };
  network.refine(after.flags, 0x400, 0);
  const lift = new Lift(network, instruction, after, {
    hasAddresses: true,
    skipsCallee: false,
    losesSaved: false,
    isPrivileged: true,
  });
  liftInstruction(lift, {});
  return { network, lift, after };
}

function learn(network: Network, front: Front, registers: RegisterFile): void {
  GENERAL_REGISTERS.forEach((name, i) => {
    network.refine(front.registers[i] as NodeId, -1, registers[name]);
  });
  network.refine(front.flags, -1, registers.eflags);
}

/** Draws conclusions, and gives each load whose address became known what the CPU read there. */
function settle(network: Network, lift: Lift, { accesses }: Executed): void {
  network.propagate();
  for (const event of lift.events as readonly MemoryEvent[]) {
    const distance = network.distance(event.node, ZERO);
    if (event.kind !== 'load' || event.value === undefined || distance === undefined) continue;
    const address = wrapU32(distance + event.distance);
    const read = accesses.find(
      (access) => access.access === 'read' && access.linearAddress === address && access.size === event.size,
    );
    if (read)
      network.refine(
        event.value,
        -1,
        read.bytes.reduceRight((word, byte) => word * 256 + byte, 0),
      );
  }
  network.propagate();
}

function compare(network: Network, front: Front, registers: RegisterFile, undefinedFlags: number): [number, string[]] {
  const faults: string[] = [];
  let known = 0;
  GENERAL_REGISTERS.forEach((name, i) => {
    const { unknown, value } = network.bits(front.registers[i] as NodeId);
    if (unknown === 0) known++;
    if (((value ^ registers[name]) & ~unknown) !== 0)
      faults.push(`${name} ${(value >>> 0).toString(16)}, not ${registers[name].toString(16)}`);
  });
  const { unknown, value } = network.bits(front.flags);
  const mask = ARITHMETIC_FLAGS & ~undefinedFlags & ~unknown;
  if (((value ^ registers.eflags) & mask) !== 0)
    faults.push(`flags ${(value >>> 0).toString(16)}, not ${registers.eflags.toString(16)}`);
  return [known, faults];
}
