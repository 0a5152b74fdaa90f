// What the bounds of the function, which `name+0x10/0x20` tells, change in a lead-up.

import { describe, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import type { SiteCode } from '../../src/reconstruction/crash-site.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import type { LeadUp } from '../../src/reconstruction/lead-up.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { replaySnapshot } from '../../src/replay/replay.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { createRandom } from '../cpu/random.ts';
import { CODE_START, randomRegisters, recordRun } from './recorded-run.ts';

describe('the bounds of a function', async () => {
  const { cpu, decoder } = await loadCpu();

  function leadUp(
    code: string,
    entry: number,
    bounds?: readonly [number, number],
    base: SiteCode['base'] = 'printed',
  ): LeadUp {
    const bytes = Uint8Array.from(code.split(' '), (byte) => Number.parseInt(byte, 16));
    const registers = { ...randomRegisters(createRandom(1)), eip: wrapU32(CODE_START + entry) };
    const run = recordRun(cpu, decoder, bytes, registers, 50, 'hardware');
    if (run === undefined) throw new Error('the program does not fault');
    const { site } = run;
    const [start, end] = bounds ?? [];
    const own = start === undefined || end === undefined ? {} : { function: { start, end } };
    return reconstruct({ ...site, code: { ...site.code, base, ...own } }, cpu, { rounds: 'whole' });
  }
  const offsets = (found: LeadUp) => found.steps.map((step) => step.offset);

  const falling = '89 d0 31 c0 89 ce 8b 1d 10 00 ad 0b';

  it('nothing falls into its first instruction', () => {
    expect(offsets(leadUp(falling, 0))).toEqual([0, 2, 4]);
    const found = leadUp(falling, 2, [2, 12]);
    expect(offsets(found)).toEqual([2, 4]);
    expect(found.reason).toBe('entered-from-outside');
  });

  it('where no instruction is read there, no step is certain', () => {
    const found = leadUp(falling, 0, [3, 12]);
    expect(offsets(found)).toEqual([0, 2, 4]);
    expect(found.steps.map((step) => step.path)).toEqual(['assumed', 'assumed', 'assumed']);
  });

  // The value made at 0 is lost at 2: a sign that something jumps to 2.
  const overwritten = '8b 06 8b 07 89 c1 8b 1d 10 00 ad 0b c3';

  it('a function that is shown whole has no hidden label', () => {
    expect(leadUp(overwritten, 0).steps[0]?.path).toBe('assumed');
    expect(leadUp(overwritten, 0, [0, 13]).steps[0]?.path).toBe('only');
    expect(leadUp(overwritten, 0, [0, 40]).steps[0]?.path).toBe('likely');
  });

  it('a jump out of it may come back anywhere', () => {
    expect(leadUp(overwritten.replace('c3', 'eb 40'), 0, [0, 14]).steps[0]?.path).toBe('likely');
  });

  // A test whose branch leaves for what is not shown: 2 works out what is compared at 6, and a loop may begin at each of them, or behind the
  // branch at 8.
  const tested = 'f8 53 8d 44 12 01 39 c8 74 40 89 d7 8b 1d 10 00 ad 0b';
  const certain = (found: LeadUp) => found.steps.filter((step) => step.path !== 'assumed').map((step) => step.offset);

  it('a loop may begin in front of a test, and behind one, where nothing is aligned', () => {
    const found = leadUp(tested, 1, [1, 0x60]);
    expect(offsets(found)).toEqual([1, 2, 6, 8, 10]);
    expect(certain(found)).toEqual([10]);
    const outside = found.steps.filter((step) => step.otherWays.some(({ kind }) => kind === 'outside'));
    expect(outside.map((step) => step.offset)).toEqual([8]);
  });

  it('but not where functions are aligned, and so loops, nor where the whole function is shown', () => {
    expect(certain(leadUp(tested, 0, [0, 0x60]))).toEqual([0, 1, 2, 6, 8, 10]);
    expect(certain(leadUp(tested.replace('74 40', '74 02'), 1, [1, 18]))).toEqual([1, 2, 6, 8, 10]);
    expect(certain(leadUp(tested, 1, [1, 12 + 6]))).toEqual([1, 2, 6, 8, 10]);
    expect(certain(leadUp(tested, 1, [1, 0x60], 'synthetic'))).toEqual([1, 2, 6, 8, 10]);
  });

  it('are read from the log', () => {
    const log = [
      'BUG: kernel NULL pointer dereference, address: 00000008',
      '#PF: supervisor read access in kernel mode',
      '#PF: error_code(0x0000) - not-present page',
      'Oops: 0000 [#1] SMP',
      'EIP: walk+0x3/0x20 [list]',
      'Code: c3 90 90 90 90 89 d0 90 <8b> 58 08 c3',
      'EAX: 00000000 EBX: 00000001 ECX: 00000002 EDX: 00000000',
      'ESI: 00000004 EDI: 00000005 EBP: c1000010 ESP: c1000000',
      'DS: 007b ES: 007b FS: 00d8 GS: 0033 SS: 0068 EFLAGS: 00010246',
      'CR0: 80050033 CR2: 00000008 CR3: 00000000 CR4: 00000690',
    ].join('\n');
    const [snapshot] = parseLog(log).reports;
    const site = snapshot && crashSiteOf(snapshot, replaySnapshot(snapshot, { cpu, decoder }));
    expect(site?.code.function).toEqual({ start: 5, end: 0x25 });
  });
});
