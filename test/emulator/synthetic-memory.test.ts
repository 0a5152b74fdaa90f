// Copies of an address space share pages until one of them changes; nobody may see that.

import { expect, test } from 'vitest';
import { SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import { u32 } from '../../src/machine/u32.ts';

const AT = u32(0xc012_3ffe);
const bytes = (...values: number[]) => Uint8Array.from(values);

test.each([
  ['the original is written', (original: SyntheticMemory) => original.write(AT, bytes(9, 9, 9, 9)), 'copy'],
  ['the copy is written', (_: SyntheticMemory, copy: SyntheticMemory) => copy.write(AT, bytes(9, 9, 9, 9)), 'original'],
  ['the original forgets', (original: SyntheticMemory) => original.forget(AT, 3), 'copy'],
  ['the copy forgets', (_: SyntheticMemory, copy: SyntheticMemory) => copy.forget(AT, 3), 'original'],
] as const)('%s, across a page boundary: the other keeps its bytes', (_name, change, other) => {
  const original = new SyntheticMemory();
  original.write(AT, bytes(1, 2, 3, 4));
  const copy = original.clone();
  const third = copy.clone();
  change(original, copy);
  expect((other === 'copy' ? copy : original).read(AT, 4)).toEqual(bytes(1, 2, 3, 4));
  expect(third.read(AT, 4)).toEqual(bytes(1, 2, 3, 4));
  expect((other === 'copy' ? original : copy).read(AT, 4)).not.toEqual(bytes(1, 2, 3, 4));
});

test('a copy that was written keeps what it wrote when it is written again', () => {
  const original = new SyntheticMemory();
  original.write(AT, bytes(1, 2));
  const copy = original.clone();
  copy.write(AT, bytes(5));
  copy.write(u32(AT + 1), bytes(6));
  expect(copy.read(AT, 2)).toEqual(bytes(5, 6));
  expect(original.read(AT, 2)).toEqual(bytes(1, 2));
});
