// Callees that do not give back the registers that they have to save, and what is known where they do.

import { beforeAll, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import type { LeadUp } from '../../src/reconstruction/lead-up.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../../src/replay/replay.ts';
import { oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function leadUpOf(
  code: string,
  registers: Readonly<Record<string, string>>,
  address: string,
  stack: readonly string[] = [],
): LeadUp {
  const [snapshot] = parseLog(oopsText({ code, registers, address, stack })).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  const site = crashSiteOf(snapshot, replaySnapshot(snapshot, parts));
  if (site === undefined) throw new Error('there is no crash site');
  return reconstruct(site, parts.cpu);
}

const NULL_FRAME = { ebp: '00000000' };

it.each([
  ['below NULL', '89 c1 8b 45 90 e8 40 fd ff ff <8b> 5d f4', 'fffffff4'],
  ['above NULL', '89 c1 8b 45 04 e8 40 fd ff ff <8b> 5d 08', '00000008'],
])('a frame pointer that the step before the call could not have used was lost: %s', (_, code, address) => {
  const leadUp = leadUpOf(code, NULL_FRAME, address);
  expect(leadUp.reason).toBe('callee-lost-registers');
  expect(leadUp.steps).toHaveLength(1);
  expect(leadUp.steps[0]?.notes).toContain('callee-lost-registers');
  for (const name of ['ebx', 'esi', 'edi', 'ebp'] as const)
    expect(leadUp.steps[0]?.before[name].provenance).toBe('unknown');
});

it.each([
  // test %ebx,%ebx; je elsewhere; call
  ['a branch that was not taken', '89 c1 85 db 74 40 e8 40 fd ff ff <8b> 5b 08', { ebx: '00000000' }, '00000008'],
  // mov %esp,%ebp; call
  ['where the stack lies', '89 e5 e8 40 fd ff ff <8b> 45 08', { ebp: '6b6b6b6b' }, '6b6b6b73'],
  // mov %esp,%ebp; and $-16,%esp; call
  ['how the stack is aligned', '89 e5 83 e4 f0 e8 40 fd ff ff <8b> 45 08', { ebp: 'f5a0bf40' }, 'f5a0bf48'],
])('a register that contradicts what was done before the call was lost: %s', (_, code, registers, address) => {
  expect(leadUpOf(code, registers, address).reason).toBe('callee-lost-registers');
});

it('nothing was lost where no call lies between', () => {
  const leadUp = leadUpOf('89 c1 8b 45 04 89 d3 <8b> 5d 08', NULL_FRAME, '00000008');
  expect(leadUp.reason).toBe('no-way-fits');
});

it('what nothing contradicts is derived if the callee kept it', () => {
  const leadUp = leadUpOf('89 c1 8b 50 04 e8 40 fd ff ff <8b> 5d 08', NULL_FRAME, '00000008');
  expect(leadUp.reason).not.toBe('callee-lost-registers');
  const call = leadUp.steps.find(({ notes }) => notes.includes('callee-not-shown'));
  for (const name of ['esi', 'edi', 'ebp'] as const) {
    expect(call?.before[name]).toMatchObject({ provenance: 'derived', condition: 'callee-kept' });
  }
  expect(call?.before.esp).not.toHaveProperty('condition');
});

it('the condition goes with what was read through a register, and not with what the code shows by itself', () => {
  // mov 4(%esi),%edx; mov $7,%edi; call; mov 8(%ebp),%ebx
  const leadUp = leadUpOf(
    '89 c1 8b 56 04 bf 07 00 00 00 e8 40 fd ff ff <8b> 5d 08',
    { ...NULL_FRAME, edi: '00000007', esi: 'c1a00000' },
    '00000008',
  );
  const load = leadUp.steps.find(({ instruction }) => instruction.mnemonic === 'mov' && instruction.memory.length > 0);
  expect(load?.accesses[0]?.address).toMatchObject({ value: 0xc1a0_0004, condition: 'callee-kept' });
  const call = leadUp.steps.find(({ notes }) => notes.includes('callee-not-shown'));
  expect(call?.before.esi).toHaveProperty('condition', 'callee-kept');
  const constant = leadUp.steps.find(({ left }) => left.edi !== undefined);
  expect(constant?.left.edi).toEqual({ provenance: 'derived', value: 7 });
});

it('a word that the log prints was there before a call, if the callee did not change it', () => {
  // push %edx; call; mov (%eax),%eax
  const stack = ['12345678', '00000001'];
  const push = leadUpOf('89 c1 52 e8 40 fd ff ff <8b> 00', {}, '00000000', stack).steps.find(
    ({ instruction }) => instruction.mnemonic === 'push',
  );
  expect(push?.accesses[0]?.value).toMatchObject({
    provenance: 'assumed',
    value: 0x1234_5678,
    condition: 'not-overwritten',
  });
});

it('a word that a shown store changed says nothing of what was there before', () => {
  // push %edx; call; movl $0x12345678,(%esp); mov (%eax),%eax
  const stack = ['12345678', '00000001'];
  const push = leadUpOf('52 e8 40 fd ff ff c7 04 24 78 56 34 12 <8b> 00', {}, '00000000', stack).steps.find(
    ({ instruction }) => instruction.mnemonic === 'push',
  );
  expect(push?.accesses[0]?.value.provenance).toBe('unknown');
});
