// The memory operand as the listing shows it, in both syntaxes.

import { expect, test } from 'vitest';
import { u32 } from '../../src/machine/u32.ts';
import { loadDecoder } from './load-decoder.ts';

const decoder = await loadDecoder();

test.each([
  ['8b 43 14', '0x14(%ebx)', '[ebx+0x14]'],
  ['89 34 88', '(%eax,%ecx,4)', '[eax+ecx*4]'],
  ['64 8b 40 04', '%fs:0x4(%eax)', 'fs:[eax+0x4]'],
  ['ff 50 0c', '0xc(%eax)', '[eax+0xc]'],
  ['8b 45 ec', '-0x14(%ebp)', '[ebp-0x14]'],
  ['f3 a5', '%ds:(%esi)', 'es:[edi]'],
  // No address in brackets.
  ['8b 1d 10 00 00 00', undefined, undefined],
  ['d8 c1', undefined, undefined],
  ['89 c8', undefined, undefined],
] as const)('%s', (hex, att, intel) => {
  const bytes = Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16));
  const instruction = decoder.decode(bytes, 0, u32(0xc1000000));
  if (instruction === undefined) throw new Error('no instruction');
  expect(decoder.printMemoryOperand(instruction, 'att')).toBe(att);
  expect(decoder.printMemoryOperand(instruction, 'intel')).toBe(intel);
  if (att !== undefined) expect(decoder.print(instruction, 'att')).toContain(att);
});
