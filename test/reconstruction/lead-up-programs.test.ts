// The programs of test/vectors/lead-up-programs.txt, run forward and then rebuilt from their ends.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type GeneralRegister, type RegisterFile, registerPart } from '../../src/machine/registers.ts';
import { u32, wrapU32 } from '../../src/machine/u32.ts';
import type { CrashSite } from '../../src/reconstruction/crash-site.ts';
import type { LeadUp } from '../../src/reconstruction/lead-up.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { judgeLeadUp } from './judge-lead-up.ts';
import { CODE_START, type RecordedRun, recordRun } from './recorded-run.ts';

const START: RegisterFile = {
  eax: u32(0xa000_0001),
  ecx: u32(0xa000_0002),
  edx: u32(0xa000_0003),
  ebx: u32(0xa000_0004),
  esp: u32(0xd400_0000),
  ebp: u32(0xd400_0040),
  esi: u32(0xa000_0005),
  edi: u32(0xa000_0006),
  eip: u32(CODE_START),
  eflags: u32(0x202),
};

const lines = readFileSync(new URL('../vectors/lead-up-programs.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('lead-ups of small programs', async () => {
  const { cpu, decoder } = await loadCpu();
  const cases = lines.flatMap((line) =>
    (['amd', 'intel'] as const).map(
      (processor) => [processor, ...(line.split(' | ') as [string, string, string, string])] as const,
    ),
  );
  it.each(cases)('%s: %s', (processor, _, code, registers, expectations) => {
    const bytes = Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte.replace(/[<>]/g, ''), 16));
    const run = recordRun(cpu, decoder, bytes, startOf(registers), 200, processor) as RecordedRun;
    expect(run.site.code.faultOffset).toBe(code.split(' ').findIndex((byte) => byte.startsWith('<')));
    const whole = registers.split(' ').includes('whole');
    const site = whole ? withBounds(run.site, bytes.length) : run.site;
    const leadUp = reconstruct(site, cpu, { rounds: 'whole', variations: 2 });
    expect(judgeLeadUp(leadUp, run).faults).toEqual([]);
    expect(leadUp.proved).toBe(true);
    for (const expectation of expectations.split('; ')) check(leadUp, expectation);
  });
});

/** The log names the function, which is shown whole: nothing can jump in. */
function withBounds(site: CrashSite, end: number): CrashSite {
  return { ...site, code: { ...site.code, function: { start: 0, end } } };
}

/** `@2` sets where the program is entered. */
function startOf(text: string): RegisterFile {
  const registers: Record<string, number> = { ...START };
  for (const word of text.split(' ')) {
    if (word.startsWith('@')) registers.eip = CODE_START + Number(word.slice(1));
    const [name, value] = word.split('=');
    if (name !== undefined && value !== undefined) registers[name] = wrapU32(Number.parseInt(value, 16));
  }
  return registers as unknown as RegisterFile;
}

function check(leadUp: LeadUp, expectation: string): void {
  const [first, second, third, fourth] = expectation.split(' ');
  if (first === 'steps') {
    const offsets = expectation.split(' ').slice(1).map(Number);
    expect(leadUp.steps.map((step) => step.offset).slice(-offsets.length || leadUp.steps.length)).toEqual(offsets);
    return;
  }
  if (first === 'reason') {
    expect(leadUp.reason).toBe(second);
    return;
  }
  if (first === 'not-executed') {
    expect(leadUp.notExecuted).toEqual(expectation.split(' ').slice(1).map(Number));
    return;
  }
  const step = leadUp.steps.findLast(({ offset }) => offset === Number(first));
  expect(step, `step at ${first}`).toBeDefined();
  if (second === 'path') expect(step?.path).toBe(third);
  else if (second === 'left') {
    const name = third as GeneralRegister;
    expect(step?.left[name]?.provenance ?? 'unknown', expectation).toBe(fourth);
  } else if (second === 'read' || second === 'write') {
    expect(step?.accesses.find(({ access }) => access === second)?.value.provenance, expectation).toBe(third);
  } else {
    const name = registerPart(second as string)?.register ?? 'eflags';
    expect(step?.before[name].provenance, expectation).toBe(third);
  }
}
