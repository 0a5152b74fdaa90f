// What is said of where a register of the faulting address came from: never more than that its value is what was loaded, or was made of it.

import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { originLines } from '../../src/frontends/text/finding.ts';
import { textStyle } from '../../src/frontends/text/style.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import { oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

const CONDITION = /^If the steps marked ┆ led here, the/;

/** Of a fault at c1202122, reached in a straight line. So few bytes exclude no other way in: the condition has a test of its own. */
function originText(code: string, registers: Readonly<Record<string, string>>): string {
  return sentence(code, registers)
    .replace(CONDITION, 'The')
    .replace(/; otherwise .*/, '.');
}

function sentence(code: string, registers: Readonly<Record<string, string>>): string {
  const [snapshot] = parseLog(oopsText({ code, registers, address: registers.eax ?? '0' })).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  const report = examine(snapshot, parts);
  if (report.leadUp === undefined) throw new Error('there is no lead-up');
  return originLines(toJson(report, { file: 'oops.log', decoder: parts.decoder }), textStyle())
    .map((line) => line.trim())
    .join(' ');
}

test.each([
  [
    '31 c9 8b 43 08 <8b> 00',
    { eax: '6b6b6b6b', ebx: 'f5a0c000' },
    'was loaded from [f5a0c008] by the instruction at c120211f.',
  ],
  [
    '31 c9 8b 4b 08 89 c8 <8b> 00',
    { eax: '6b6b6b6b', ecx: '6b6b6b6b', ebx: 'f5a0c000' },
    'was loaded from [f5a0c008] by the instruction at c120211d.',
  ],
  [
    '8b 43 08 83 c0 04 31 c9 <8b> 00',
    { eax: '6b6b6b6f', ebx: 'f5a0c000' },
    'was computed from what the instruction at c120211a loaded from [f5a0c008].',
  ],
  ['31 c9 b8 00 00 00 10 <8b> 00', { eax: '10000000' }, 'is a constant (10000000) of the instruction at c120211d.'],
  [
    'b8 00 00 00 10 83 c0 04 31 c9 <8b> 00',
    { eax: '10000004' },
    'was computed from a constant (10000000) of the instruction at c1202118.',
  ],
  ['31 c9 e8 00 10 00 00 <8b> 00', { eax: '10000000' }, 'was left by the callee of the call at c120211d.'],
  [
    'e8 00 10 00 00 40 31 c9 <8b> 00',
    { eax: '10000000' },
    'was computed from what the callee of the call at c120211a left.',
  ],
  ['31 c9 <8b> 00', { eax: '10000000' }, 'was there before the first instruction shown.'],
  ['31 c9 89 d8 <8b> 00', { eax: '10000000', ebx: '10000000' }, 'was in %ebx before the first instruction shown.'],
  [
    '31 c9 8d 43 04 <8b> 00',
    { eax: '10000004', ebx: '10000000' },
    'was computed from what was in %ebx before the first instruction shown.',
  ],
  // Sums, with everything that they were made of.
  [
    '8b 43 08 8b 4b 0c 8d 04 08 <8b> 00',
    { eax: '6b6b6b6b', ecx: '00000001', ebx: 'f5a0c000' },
    'was computed from [f5a0c008] (loaded at c1202119) and [f5a0c00c] (loaded at c120211c).',
  ],
  [
    'b8 10 00 00 00 8b 4b 08 8d 04 08 <8b> 00',
    { eax: '6b6b6b6b', ecx: '6b6b6b5b', ebx: 'f5a0c000' },
    'was computed from a constant 00000010 at c1202117 and [f5a0c008] (loaded at c120211c).',
  ],
  [
    '8d 04 8b <8b> 00',
    { eax: '10000010', ecx: '00000004', ebx: '10000000' },
    'was computed from what was in %ebx and %ecx before the first instruction shown.',
  ],
  // Through words of memory that the steps stored.
  [
    'b8 00 00 00 10 89 45 fc 31 c0 8b 45 fc <8b> 00',
    { eax: '10000000', ebp: 'f2a0c100' },
    'is a constant (10000000) of the instruction at c1202115.',
  ],
  ['53 58 <8b> 00', { eax: '10000000', ebx: '10000000' }, 'was in %ebx before the first instruction shown.'],
  [
    // A store to an unknown address may have changed the word.
    '89 5d fc 89 11 31 c9 8b 45 fc <8b> 00',
    { eax: '10000000', ebx: '10000000', ebp: 'f2a0c100' },
    'was loaded from [f2a0c0fc] by the instruction at c120211f.',
  ],
  [
    '89 5d fc e8 00 10 00 00 8b 45 fc <8b> 00',
    { eax: '10000000', ebx: '10000000', ebp: 'f2a0c100' },
    'was loaded from [f2a0c0fc] by the instruction at c120211f.',
  ],
])('%s', (code, registers, expected) => {
  expect(originText(code, registers)).toBe(`The base in %eax ${expected}`);
});

test('what depends on a step that may not have happened is said under that condition', () => {
  // Either the move ran, or the jump over it was taken and %esi was 0 already.
  const text = sentence('75 02 89 de <8b> 06', { eax: '00000000', esi: '00000000', ebx: '00000000' });
  expect(text).toMatch(CONDITION);
  expect(text).toMatch(/; otherwise it was in %esi already at c1202122\.$/);
});
