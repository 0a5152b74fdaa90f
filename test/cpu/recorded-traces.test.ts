// Executions that a real CPU recorded instruction by instruction, where a folder with them lies beside the project.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Cpu, StepOutcome } from '../../src/cpu/cpu.ts';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { EFLAGS } from '../../src/machine/eflags.ts';
import { GENERAL_REGISTERS, type RegisterFile } from '../../src/machine/registers.ts';
import type { SegmentFile } from '../../src/machine/segments.ts';
import { hex32, type U32 } from '../../src/machine/u32.ts';
import { loadCpu } from './cpu-under-test.ts';

const RECORDED = fileURLToPath(new URL('../../../shared/truth/set-a.jsonl', import.meta.url));
const present = existsSync(RECORDED);
if (!present) console.warn('recorded traces skipped: there are none beside the project');
/** One step of so many is run, all of them by `npm run test:cpu`. */
const ONE_IN = process.env.REPLAY_CPU_COMPARISONS === undefined ? 20 : 1;

interface RecordedAccess {
  readonly addr: string;
  readonly size: number;
  readonly value: string;
}

interface RecordedStep {
  readonly eip: string;
  readonly bytes: string;
  readonly regs: readonly string[];
  readonly eflags: string;
  readonly reads: readonly RecordedAccess[];
  readonly writes: readonly RecordedAccess[];
}

interface Recording {
  readonly segs: Readonly<Record<string, string>>;
  readonly trace: readonly RecordedStep[];
}

const number = (text: string) => Number.parseInt(text, 16) as U32;

function registersOf(step: RecordedStep): RegisterFile {
  const general = GENERAL_REGISTERS.map((name, i) => [name, number(step.regs[i] ?? '0')]);
  return { ...Object.fromEntries(general), eip: number(step.eip), eflags: number(step.eflags) } as RegisterFile;
}

function segmentsOf({ segs }: Recording): SegmentFile {
  const segment = (name: string, base: number) => ({ selector: number(segs[name] ?? '0'), base: base as U32 });
  return {
    cs: segment('cs', 0),
    ss: segment('ss', 0),
    ds: segment('ds', 0),
    es: segment('es', 0),
    fs: segment('fs', number(segs.fsBase ?? '0')),
    gs: segment('gs', number(segs.gsBase ?? '0')),
  };
}

function run(cpu: Cpu, recording: Recording, step: RecordedStep): StepOutcome {
  const memory = new SyntheticMemory();
  memory.write(number(step.eip), Uint8Array.from(Buffer.from(step.bytes, 'hex')));
  for (const { addr, size, value } of step.reads) {
    const bytes = Buffer.from(value.padStart(2 * size, '0'), 'hex').reverse();
    memory.write(number(addr), Uint8Array.from(bytes));
  }
  cpu.load({ registers: registersOf(step), segments: segmentsOf(recording), mode: 'user' }, memory, () => 'stop');
  return cpu.step();
}

/** The recorder takes a repeated string instruction for one step. */
const isRepeated = (step: RecordedStep) => /^(66)?f[23](66)?a/.test(step.bytes);

function accessesOf(step: RecordedStep): readonly string[] {
  const print = (access: string) => (a: RecordedAccess) => `${access} ${a.size} at ${a.addr}: ${a.value}`;
  return [...step.reads.map(print('read')), ...step.writes.map(print('write'))].sort();
}

describe.skipIf(!present)('recorded executions of a real CPU', async () => {
  const { cpu } = await loadCpu();

  it('are repeated step by step', { timeout: 600_000 }, () => {
    const recordings = readFileSync(RECORDED, 'utf8')
      .trim()
      .split('\n')
      .map((line): Recording => JSON.parse(line).truth);
    let compared = 0;
    for (const recording of recordings) {
      for (let i = compared % ONE_IN; i + 1 < recording.trace.length; i += ONE_IN) {
        const [step, next] = recording.trace.slice(i, i + 2) as [RecordedStep, RecordedStep];
        if (step.bytes === '' || isRepeated(step)) continue;
        const outcome = run(cpu, recording, step);
        if (outcome.kind === 'unsupported') continue;
        expect(outcome.kind, step.bytes).toBe('executed');
        if (outcome.kind !== 'executed') continue;
        const unseen = outcome.instruction.flags.undefined | EFLAGS.TF | EFLAGS.RF;
        const comparable = (registers: RegisterFile) => ({ ...registers, eflags: registers.eflags & ~unseen });
        expect(comparable(outcome.after), step.bytes).toEqual(comparable(registersOf(next)));
        const accesses = outcome.accesses.map(
          ({ access, size, linearAddress, bytes }) =>
            `${access} ${size} at ${hex32(linearAddress)}: ${Buffer.from(bytes).reverse().toString('hex')}`,
        );
        expect(accesses.sort(), step.bytes).toEqual(accessesOf(step));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});
