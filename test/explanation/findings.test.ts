// What is said about a crash beyond the bare fault, one case a finding.

import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { explain } from '../../src/explanation/explain.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import { zoneOf } from '../../src/machine/zones.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { type ReplayParts, replaySnapshot } from '../../src/replay/replay.ts';
import { type OopsFacts, oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function explained(facts: OopsFacts) {
  const [snapshot] = parseLog(oopsText(facts)).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return explain(snapshot, replaySnapshot(snapshot, parts));
}

const CASES: readonly [string, OopsFacts, object][] = [
  [
    'an index that wraps past 4 GiB',
    { code: '<89> 34 88', registers: { eax: 'f21fea80', ecx: '2b024004' }, die: 'Oops: 0002', address: '9e28ea90' },
    { kind: 'address-wrapped', sum: 0x19e28ea90, address: 0x9e28ea90 },
  ],
  [
    'an operand that crosses into the bad page',
    { code: '<8b> 08', registers: { eax: 'f5a0cffe' }, address: 'f5a0d000' },
    { kind: 'page-crossing', start: 0xf5a0cffe, size: 4, address: 0xf5a0d000 },
  ],
  [
    'a division that overflows is told from one by zero',
    { code: '<f7> f1', registers: { eax: '1', edx: '5', ecx: '2' }, die: 'divide error: 0000' },
    { kind: 'cause', cause: { code: 'quotient-too-large', width: 32, signed: false } },
  ],
];

test.each(CASES)('%s', (_title, facts, finding) => {
  expect(explained(facts).findings).toContainEqual(expect.objectContaining(finding));
});

test('what leads out of the kernel stack is no saved frame pointer', () => {
  const { stack } = explained({
    code: '<8b> 00',
    registers: { ebp: 'f5a0bf04' },
    address: '0',
    stack: ['00000001', 'f5a0bf0c', '00000002', 'f5a0c000', '00000003'],
  });
  expect(stack.map(({ remarks }) => remarks.map((remark) => remark.kind).join())).toEqual([
    '',
    'saved-frame-pointer',
    '',
    '',
    '',
  ]);
});

test('stack words are told apart: return addresses, saved frame pointers, copies of registers', () => {
  const { stack } = explained({
    code: '<8b> 00',
    registers: { ebp: 'f5a0bf08', edi: 'f3d00000' },
    address: '0',
    stack: ['f3d00000', '00000001', 'f5a0bf14', 'c1303233', 'f3d00024', 'f5a0bf40'],
    trace: [' [<c1303233>] vfs_read+0x12/0x40'],
  });
  expect(stack.map(({ remarks }) => remarks.map((remark) => remark.kind).join())).toEqual([
    'equals-register',
    '',
    'saved-frame-pointer',
    'return-address',
    'near-register',
    'saved-frame-pointer',
  ]);
});

test('lowmem is bounded by the stack that the log shows; above it nothing tells lowmem from vmalloc', () => {
  const { layout } = explained({ code: '<8b> 00', registers: { eip: 'f8a02122', esp: 'd4b85e14' }, address: '0' });
  expect(
    ['c0001000', 'd4b85e14', 'd4b85e18', 'f8000000'].map((text) => zoneOf(wrapU32(Number.parseInt(text, 16)), layout)),
  ).toEqual(['lowmem', 'lowmem', 'kernel', 'vmalloc']);
});
