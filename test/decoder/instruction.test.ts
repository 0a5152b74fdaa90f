// What the decoder says of instructions: one line of test/vectors/decoder-instructions.txt each, and what holds for any bytes.

import { describe, expect, it } from 'vitest';
import { MAX_INSTRUCTION_LENGTH } from '../../src/decoder/instruction.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { fc } from '../property.ts';
import { bytesOf, decodeHex, decoder, describeInstruction, readVectors, VECTOR_ADDRESS } from './decode.ts';

describe('an instruction', () => {
  const vectors = readVectors('decoder-instructions.txt');

  it('has vectors', () => {
    expect(vectors.length).toBeGreaterThan(200);
  });

  it.each(vectors.map(([bytes = '', ...rest]) => [bytes, rest.join(' | ')]))('%s is %s', (bytes, description) => {
    expect(describeInstruction(decodeHex(bytes))).toBe(description);
  });

  it('has its operands in Intel order, immediates sign-extended to the operand', () => {
    expect(decodeHex('66 83 c0 ff').operands).toEqual([
      { kind: 'register', name: 'ax', access: 'read-write' },
      { kind: 'immediate', value: 0xffff, size: 2 },
    ]);
    expect(decodeHex('83 c0 80').operands[1]).toEqual({ kind: 'immediate', value: 0xffff_ff80, size: 4 });
    expect(decodeHex('c8 10 00 03').operands).toEqual([
      { kind: 'immediate', value: 0x10, size: 2 },
      { kind: 'immediate', value: 3, size: 1 },
    ]);
    expect(decodeHex('ea 78 56 34 12 10 00').operands).toEqual([
      { kind: 'far-target', selector: 0x10, offset: 0x1234_5678 },
    ]);
  });

  it('carries the bytes and the address that it was decoded from', () => {
    const window = bytesOf('90 90 89 34 88 b9');
    const instruction = decoder.decode(window, 2, 0xf88a_5aed as U32);
    expect(instruction).toMatchObject({
      address: 0xf88a_5aed,
      length: 3,
      bytes: bytesOf('89 34 88'),
      code: 'Mov_rm32_r32',
    });
    window.fill(0);
    expect(instruction?.bytes).toEqual(bytesOf('89 34 88'));
  });

  it('is not made of bytes that end inside it, nor of bytes that no instruction begins with', () => {
    expect(decoder.decode(bytesOf('8b 83 d8 00'), 0, VECTOR_ADDRESS)).toBeUndefined();
    expect(decoder.decode(bytesOf('90'), 1, VECTOR_ADDRESS)).toBeUndefined();
    expect(decoder.decode(bytesOf('0f 24 c0'), 0, VECTOR_ADDRESS)).toBeUndefined();
    expect(decoder.decode(bytesOf('f0 01 d8'), 0, VECTOR_ADDRESS)).toBeUndefined();
  });

  it('wraps branch targets at 4 GiB', () => {
    expect(decoder.decode(bytesOf('eb 10'), 0, 0xffff_fff8 as U32)?.target).toBe(0xa);
  });
});

describe('extents', () => {
  it('tell whole instructions, bytes that are none, and bytes that end too early', () => {
    expect(decoder.extents(bytesOf('89 34 88 0f 24 c0 e8'))).toEqual([
      { kind: 'whole', length: 3 },
      { kind: 'whole', length: 2 },
      { kind: 'whole', length: 2 },
      { kind: 'invalid' },
      { kind: 'whole', length: 2 },
      { kind: 'truncated' },
      { kind: 'truncated' },
    ]);
  });
});

describe('any bytes', () => {
  const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 24 });

  it('decode to an instruction of 1 to 15 bytes or to none, the same one every time', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 0, max: 0xffff_ffff }), (bytes, address) => {
        const first = decoder.decode(bytes, 0, address as U32);
        const second = decoder.decode(bytes, 0, address as U32);
        expect(second).toEqual(first);
        if (first === undefined) return;
        expect(first.length).toBeGreaterThanOrEqual(1);
        expect(first.length).toBeLessThanOrEqual(MAX_INSTRUCTION_LENGTH);
        expect(first.bytes).toEqual(bytes.slice(0, first.length));
      }),
      { numRuns: 3000 },
    );
  });

  it('have the extents that decoding at each offset gives', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const lengths = decoder.extents(bytes).map((extent) => (extent.kind === 'whole' ? extent.length : undefined));
        const decoded = [...bytes.keys()].map((offset) => decoder.decode(bytes, offset, VECTOR_ADDRESS)?.length);
        expect(lengths).toEqual(decoded);
      }),
      { numRuns: 500 },
    );
  });

  it('give registers once each, flags that are consistent, and operands that are in the list of memory operands', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const instruction = decoder.decode(bytes, 0, VECTOR_ADDRESS);
        if (instruction === undefined) return;
        const names = instruction.registers.map((use) => use.name);
        expect(new Set(names).size).toBe(names.length);
        const { written, undefined: lost, cleared, set, conditional } = instruction.flags;
        expect(cleared & set).toBe(0);
        expect((cleared | set) & ~written).toBe(0);
        expect(conditional & ~(written | lost)).toBe(0);
        for (const operand of instruction.operands) {
          if (operand.kind === 'memory') expect(instruction.memory).toContain(operand.memory);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
