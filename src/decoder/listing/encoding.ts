// Finds the parts of an encoding that a listing shows and no operand model keeps: which prefixes come before the opcode, and with how
// many bytes an address is written. Intel SDM vol. 2A, "Instruction Format".

import { type U32, wrapU32 } from '../../machine/u32.ts';

export interface Encoding {
  /** The legacy prefixes in the order of the bytes. */
  readonly prefixes: readonly number[];
  /** The index of the first byte after the prefixes. */
  readonly opcodeAt: number;
  /** `one` for plain opcodes, then the escapes 0f, 0f 38, 0f 3a; `vector` for VEX, EVEX and XOP. */
  readonly map: 'one' | '0f' | '0f38' | '0f3a' | 'vector';
  /** The opcode byte itself. */
  readonly opcode: number;
  /** The ModRM byte; meaningless for opcodes that have none. */
  readonly modRm: number;
  readonly sib?: number;
  readonly displacement: { readonly size: 0 | 1 | 2 | 4; readonly value: U32 };
}

const PREFIXES: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
const ADDRESS_SIZE_PREFIX = 0x67;

export function encodingOf(bytes: Uint8Array): Encoding {
  let at = 0;
  while (at < bytes.length - 1 && PREFIXES.has(byteAt(bytes, at))) at++;
  const prefixes = [...bytes.subarray(0, at)];
  const opcodeAt = at;
  const { map, length } = opcodeMap(bytes, at);
  at += length;
  const opcode = byteAt(bytes, at);
  const modRm = byteAt(bytes, at + 1);
  const isShort = prefixes.includes(ADDRESS_SIZE_PREFIX);
  const hasSib = !isShort && modRm >>> 6 !== 3 && (modRm & 7) === 4;
  const sib = hasSib ? byteAt(bytes, at + 2) : undefined;
  const size = displacementSize(modRm, sib, isShort);
  const value = littleEndian(bytes, at + 2 + (hasSib ? 1 : 0), size);
  return { prefixes, opcodeAt, map, opcode, modRm, ...(sib !== undefined && { sib }), displacement: { size, value } };
}

function opcodeMap(bytes: Uint8Array, at: number): { map: Encoding['map']; length: number } {
  const first = byteAt(bytes, at);
  const second = byteAt(bytes, at + 1);
  if (first === 0x0f) {
    if (second === 0x38) return { map: '0f38', length: 2 };
    return second === 0x3a ? { map: '0f3a', length: 2 } : { map: '0f', length: 1 };
  }
  // In 32-bit code these are VEX and EVEX where a ModRM byte with mod 3 would follow, else lds, les and bound.
  if (second >>> 6 === 3) {
    if (first === 0xc5) return { map: 'vector', length: 2 };
    if (first === 0xc4) return { map: 'vector', length: 3 };
    if (first === 0x62) return { map: 'vector', length: 4 };
  }
  return { map: 'one', length: 0 };
}

function displacementSize(modRm: number, sib: number | undefined, isShort: boolean): 0 | 1 | 2 | 4 {
  const mod = modRm >>> 6;
  const rm = modRm & 7;
  if (mod === 3) return 0;
  if (mod === 1) return 1;
  if (isShort) return mod === 2 || rm === 6 ? 2 : 0;
  if (mod === 2) return 4;
  return rm === 5 || (sib !== undefined && (sib & 7) === 5) ? 4 : 0;
}

/** Sign-extended to 32 bits. */
function littleEndian(bytes: Uint8Array, at: number, size: number): U32 {
  if (size === 0) return wrapU32(0);
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + byteAt(bytes, at + i);
  const unused = 32 - size * 8;
  return wrapU32((value << unused) >> unused);
}

function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}
