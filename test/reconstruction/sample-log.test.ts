// The lead-up of the sample log, as it was worked out by hand: eleven steps and what stands before them, four exact words, two with a constraint.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { replaySnapshot } from '../../src/replay/replay.ts';
import { loadCpu } from '../cpu/cpu-under-test.ts';

describe('the lead-up of kni-fifo-put', async () => {
  const { cpu, decoder } = await loadCpu();
  const log = readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8');
  const [snapshot] = parseLog(log).reports;
  if (snapshot === undefined) throw new Error('the sample holds a report');
  const site = crashSiteOf(snapshot, replaySnapshot(snapshot, { cpu, decoder }));
  if (site === undefined) throw new Error('the sample can be replayed');
  const leadUp = reconstruct(site, cpu, { variations: 3 });
  const stepAt = (address: number) => leadUp.steps.find((step) => step.address === address);

  it('is proved, and passes over the three instructions that did not run', () => {
    expect(leadUp.proved).toBe(true);
    expect(leadUp.steps.slice(-11).map((step) => step.address.toString(16))).toEqual(
      'f88a5ac6 f88a5acc f88a5ace f88a5ad1 f88a5ad4 f88a5ad7 f88a5ad8 f88a5ada f88a5adc f88a5ae4 f88a5aea'.split(' '),
    );
    // The two before could have been jumped over from right before the window.
    expect(leadUp.steps.slice(-9).every((step) => step.path === 'likely')).toBe(true);
    expect(stepAt(0xf88a5acc)?.doubt).toBe('near-start');
    expect(stepAt(0xf88a5adc)?.notes).toContain('taken');
    expect(leadUp.notExecuted.map((offset) => (site.code.start + offset).toString(16))).toEqual([
      'f88a5ade',
      'f88a5ae0',
      'f88a5ae2',
    ]);
  });

  it('knows four words exactly and two by what the path asks of them', () => {
    const words = leadUp.memory.map(({ address, value }) => [
      address.value?.toString(16),
      value.provenance,
      value.provenance === 'derived' ? value.value?.toString(16) : value.constraint,
    ]);
    expect(words).toEqual([
      ['d2ac9dd8', 'derived', 'f21fea80'],
      ['f21fea80', 'derived', '2b024000'],
      ['f21fea88', 'assumed', '(x - 1) & 2b024001 = 1'],
      ['f21fea84', 'assumed', 'x != 1'],
      ['d2ac9de4', 'derived', '8a200b00'],
    ]);
  });

  it('names the load of the index as the origin of the address', () => {
    const index = leadUp.origin.find((chain) => chain.role === 'index');
    expect(index?.links.map(({ kind, value }) => [kind, value.value?.toString(16)])).toEqual([
      ['arithmetic', '2b024004'],
      ['load', '2b024000'],
    ]);
    expect(leadUp.steps[index?.links[1]?.step ?? -1]?.address).toBe(0xf88a5acc);
  });

  it('leaves open what the text does not tell', () => {
    const first = leadUp.steps.at(-11)?.before;
    expect(first?.ebx).toEqual({ provenance: 'derived', value: 0xd2ac9d00 });
    for (const name of ['eax', 'edx', 'esi', 'edi'] as const) expect(first?.[name].provenance).toBe('unknown');
  });
});
