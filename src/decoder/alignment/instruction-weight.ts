// Weighs how likely a byte string is an instruction that a compiler wrote, in bits over the same bytes being operands.

import { OPCODE_WEIGHTS, TWO_BYTE_OPCODE_WEIGHTS } from './opcode-weights.ts';

const PREFIXES: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
const TWO_BYTE_ESCAPE = 0x0f;

/** `bytes[offset]` to `bytes[offset + length]` must be one whole instruction. */
export function instructionWeight(bytes: Uint8Array, offset: number, length: number): number {
  let weight = 0;
  let at = offset;
  let opcode = bytes[at] ?? 0;
  for (; at < offset + length - 1 && PREFIXES.has(opcode); opcode = bytes[++at] ?? 0) {
    weight += OPCODE_WEIGHTS[opcode] ?? 0;
  }
  weight += OPCODE_WEIGHTS[opcode] ?? 0;
  if (opcode === TWO_BYTE_ESCAPE) weight += TWO_BYTE_OPCODE_WEIGHTS[bytes[at + 1] ?? 0] ?? 0;
  return weight;
}
