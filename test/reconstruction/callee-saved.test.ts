// Registers that a callee keeps, and the one helper that keeps none: the one that tells position-independent code where it is.

import { describe, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import type { GeneralRegister } from '../../src/machine/registers.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { replaySnapshot } from '../../src/replay/replay.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';
import { oopsText } from '../oops-text.ts';

const EIP = 0xc016_e975;

/** push, call, an `add` to a register that follows the call, a load through a null pointer. */
const CASES: readonly {
  readonly title: string;
  readonly register: GeneralRegister;
  readonly push: string;
  /** add $0x468c, the register */
  readonly add: string;
  /** Behind the addition: the first is 468c more than the return address. */
  readonly atFault: string;
  readonly eflags: string;
  readonly before: 'unknown' | 'derived';
}[] = [
  { title: 'ebx', register: 'ebx', push: '53', add: '81 c3', atFault: 'c0172ffb', eflags: '10292', before: 'unknown' },
  { title: 'esi', register: 'esi', push: '56', add: '81 c6', atFault: 'c0172ffb', eflags: '10292', before: 'unknown' },
  {
    title: 'esi, of another value',
    register: 'esi',
    push: '56',
    add: '81 c6',
    atFault: 'c0173000',
    eflags: '10296',
    before: 'derived',
  },
];

describe('a call in front of an addition', async () => {
  const { cpu, decoder } = await loadCpu();

  it.each(CASES)('to $title: what it held before is $before', ({ register, push, add, atFault, eflags, before }) => {
    const report = oopsText({
      code: `89 c1 89 c2 ${push} e8 8a 1b 00 00 ${add} 8c 46 00 00 <8b> 47 04 89 c1`,
      registers: { eip: EIP.toString(16), eflags, [register]: atFault },
      address: '4',
    });
    const [snapshot] = parseLog(report).reports;
    const site = snapshot && crashSiteOf(snapshot, replaySnapshot(snapshot, { cpu, decoder }));
    if (site === undefined) throw new Error('the report can be replayed');
    const leadUp = reconstruct(site, cpu);
    expect(leadUp.proved).toBe(true);
    const [addition, call, pushed] = [...leadUp.steps]
      .reverse()
      .filter(({ instruction }) => instruction.mnemonic !== 'mov');
    expect(addition?.before[register].provenance).toBe('derived');
    expect(call?.notes).toContain('callee-not-shown');
    expect(pushed?.before[register].provenance).toBe(before);
    expect(pushed?.accesses[0]?.value.provenance).toBe(before);
  });
});
