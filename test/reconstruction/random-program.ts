// Random i686 programs that fit into a code window: straight code, branches in both directions, loops, local calls, loads and stores,
// ending in a fault in their middle or at their end. Encoded by hand from a few templates; the decoder says what they are.

import type { Random } from '../cpu/random.ts';

export interface RandomProgram {
  readonly bytes: Uint8Array;
  /** Offset of the instruction that always faults. */
  readonly faultOffset: number;
}

/** An address in a page that nothing may touch. */
export const BAD_ADDRESS = 0x0bad_0010;

export type Piece = readonly number[] | { readonly branch: readonly number[]; readonly to: number };

const WINDOW = 64;

export function randomProgram(random: Random): RandomProgram {
  const count = 3 + random.below(12);
  const after = random.below(5);
  const pieces: Piece[] = [];
  for (let i = 0; i < count; i++) pieces.push(randomPiece(random, count + 1 + after));
  pieces.push(!random.oneIn(3) ? [0x8b, 0x05 | (random.below(8) << 3), ...word(BAD_ADDRESS)] : [0x0f, 0x0b]);
  const fault = count;
  for (let i = 0; i < after; i++) pieces.push(randomPiece(random, count + 1 + after));
  pieces.push([0x0f, 0x0b]);
  return assemble(pieces, fault);
}

function assemble(pieces: readonly Piece[], fault: number): RandomProgram {
  const offsets: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    offsets.push(at);
    at += 'branch' in piece ? piece.branch.length + (piece.branch.at(-1) === 0xe8 ? 4 : 1) : piece.length;
  }
  const bytes: number[] = [];
  pieces.forEach((piece, i) => {
    if (!('branch' in piece)) {
      bytes.push(...piece);
      return;
    }
    const isCall = piece.branch.at(-1) === 0xe8;
    const end = (offsets[i] as number) + piece.branch.length + (isCall ? 4 : 1);
    const distance = (offsets[piece.to] as number) - end;
    bytes.push(...piece.branch, ...(isCall ? word(distance) : [distance & 0xff]));
  });
  return {
    bytes: Uint8Array.from(bytes.slice(0, Math.max(WINDOW, bytes.length))),
    faultOffset: offsets[fault] as number,
  };
}

function word(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** ModRM (and what belongs to it) for a register or a memory operand near a register. */
function operand(random: Random, reg: number): number[] {
  const kind = random.below(10);
  const rm = random.below(8);
  if (kind < 6) return [0xc0 | (reg << 3) | rm];
  const base = rm === 4 ? 3 : rm;
  if (kind < 9) return [0x40 | (reg << 3) | base, (random.below(16) * 4) & 0xff];
  return [
    0x44 | (reg << 3),
    (random.below(4) << 6) | (random.pick([0, 1, 2, 3, 5, 6, 7]) << 3) | base,
    random.below(16) * 4,
  ];
}

function memory(random: Random, reg: number): number[] {
  const base = random.pick([0, 1, 2, 3, 5, 6, 7]);
  return [0x40 | (reg << 3) | base, (random.below(32) * 4 - 64) & 0xff];
}

const ALU = [0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38];

export function randomPiece(random: Random, count: number): Piece {
  const reg = random.below(8);
  const other = random.pick([0, 1, 2, 3, 5, 6, 7]);
  const to = random.below(count);
  const templates: readonly (() => Piece)[] = [
    () => [random.pick(ALU) | random.pick([1, 3, 0, 2]), ...operand(random, reg)],
    () => [random.pick(ALU) | 1, ...operand(random, reg)],
    () => [0x83, ...operand(random, reg), random.below(256)],
    () => [random.pick([0x89, 0x8b, 0x8b, 0x88, 0x8a]), ...operand(random, reg)],
    () => [0x8b, ...memory(random, other)],
    () => [0x89, ...memory(random, reg)],
    () => [0xb8 + other, ...word(random.word())],
    () => [0xb0 + random.below(8), random.below(256)],
    () => [0x40 + other + random.pick([0, 8])],
    () => [0xc1, 0xc0 | (random.below(8) << 3) | other, random.below(32)],
    () => [0xd3, 0xc0 | (random.pick([0, 1, 4, 5, 7]) << 3) | other],
    () => [0xf7, 0xd0 | random.pick([0, 8]) | other],
    () => [0xf7, 0xe0 | random.pick([0, 8]) | other],
    () => [0x0f, random.pick([0xb6, 0xb7, 0xbe, 0xbf]), ...operand(random, other)],
    () => [0x8d, ...memory(random, other)],
    () => [
      0x8d,
      0x04 | (other << 3),
      (random.below(4) << 6) | (random.pick([0, 1, 2, 3, 5, 6, 7]) << 3) | random.pick([0, 1, 2, 3, 6, 7]),
    ],
    () => [0x50 + reg],
    () => [0x58 + other],
    () => [0x87, 0xc0 | (other << 3) | random.pick([0, 1, 2, 3, 5, 6, 7])],
    () => [0x0f, 0xaf, ...operand(random, other)],
    () => [0x6b, 0xc0 | (other << 3) | random.below(8), random.below(128)],
    () => [0x0f, 0xc8 + other],
    () => [0x0f, 0x90 + random.below(16), 0xc0 | random.below(8)],
    () => [0x0f, 0x40 + random.below(16), ...operand(random, other)],
    () => [0x0f, 0xba, 0xe0 | (random.below(4) << 3) | other, random.below(32)],
    () => [0x0f, random.pick([0xc1, 0xb1]), 0xc0 | (other << 3) | random.pick([0, 1, 2, 3, 5, 6, 7])],
    () => [0x0f, random.pick([0xa4, 0xac]), 0xc0 | (other << 3) | random.pick([0, 1, 2, 3, 5, 6, 7]), random.below(32)],
    () => [random.pick([0x99, 0x98, 0x9f, 0x9e, 0xf5, 0xf8, 0xf9, 0x90])],
    () => [0x85, 0xc0 | (reg << 3) | random.below(8)],
    () => [random.pick([0xa4, 0xa5, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xa6])],
    () => [random.pick([0xf3, 0xf2]), random.pick([0xa5, 0xab, 0xa4, 0xaa])],
    () => [0x0f, 0xbc, 0xc0 | (other << 3) | random.below(8)],
    () => [0x9c],
    () => [0x66, 0x89, ...operand(random, reg)],
    () => [0x66, random.pick(ALU) | 1, ...operand(random, reg)],
    () => ({ branch: [0x70 + random.below(16)], to }),
    () => ({ branch: [0x70 + random.below(16)], to }),
    () => ({ branch: [0x70 + random.below(16)], to }),
    () => ({ branch: [random.pick([0xe2, 0xe3, 0xe1])], to }),
    () => ({ branch: [0xeb], to }),
    () => ({ branch: [0xe8], to }),
    () => [0xc3],
  ];
  return random.pick(templates)();
}
