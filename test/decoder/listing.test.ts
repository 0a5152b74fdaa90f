// Listing text against what objdump prints for the same bytes.

import { describe, expect, it } from 'vitest';
import type { Syntax } from '../../src/decoder/decoder.ts';
import { fc } from '../property.ts';
import { DECODERS, decodeHex, readVectors, VECTOR_ADDRESS } from './decode.ts';

const FILES: readonly (readonly [Syntax, string, keyof typeof DECODERS])[] = [
  ['att', 'listing-att.txt', 'capstone'],
  ['intel', 'listing-intel.txt', 'capstone'],
  ['att', 'listing-att.txt', 'iced'],
  ['intel', 'listing-intel.txt', 'iced'],
];

describe.each(FILES)('%s listing (%s) by %s', (syntax, file, lister) => {
  const decoder = DECODERS[lister];
  const vectors = readVectors(file);

  it('has vectors', () => {
    expect(vectors.length).toBeGreaterThan(500);
  });

  it('is what objdump prints', () => {
    const printed = vectors.map(([bytes = '']) => `${bytes} | ${decoder.print(decodeHex(bytes), syntax)}`);
    expect(printed).toEqual(vectors.map((columns) => columns.join(' | ')));
  });

  it('prints something without trailing blanks for any instruction', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 15 }), (bytes) => {
        const instruction = decoder.decode(bytes, 0, VECTOR_ADDRESS);
        if (instruction === undefined) return;
        const text = decoder.print(instruction, syntax);
        expect(text).toMatch(/^\S/);
        expect(text).toBe(text.trimEnd());
        expect(text).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: 2000 },
    );
  });
});
