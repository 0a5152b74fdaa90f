// Instructions of WebAssembly as bytes, for the search that is written with them (byte-search.ts).
// Opcodes: WebAssembly core specification 2.0, "Binary Format".

export const I32 = 0x7f;
export const V128 = 0x7b;
const EMPTY = 0x40;

export const block = [0x02, EMPTY];
export const loop = [0x03, EMPTY];
export const end = [0x0b];
export const repeat = [0x0c, 0];
/** Out of the block, or back to the start of the loop, that is `depth` levels further out than the innermost. */
export const jumpIf = (depth: number): number[] => [0x0d, depth];
export const ifThen = [0x04, EMPTY];
export const giveBack = [0x0f];
/** A function of the module by its index. */
export const call = (index: number): number[] => [0x10, ...unsigned(index)];
export const get = (local: number): number[] => [0x20, local];
export const set = (local: number): number[] => [0x21, local];
export const tee = (local: number): number[] => [0x22, local];
export const i32 = (value: number): number[] => [0x41, ...signed(value)];
export const i32LessUnsigned = [0x49];
export const i32AtLeastSigned = [0x4e];
export const i32AtLeastUnsigned = [0x4f];
export const i32TrailingZeros = [0x68];
export const i32Ones = [0x69];
export const i32Add = [0x6a];
export const i32Subtract = [0x6b];
export const i32And = [0x71];
export const i32Xor = [0x73];
export const i32ShiftLeft = [0x74];
export const select = [0x1b];

const simd = (opcode: number, ...immediates: number[]): number[] => [0xfd, ...unsigned(opcode), ...immediates];
export const loadAt = (offset: number): number[] => simd(0x00, 0, ...unsigned(offset));
export const load = loadAt(0);
export const vector = (bytes: readonly number[]): number[] => simd(0x0c, ...bytes);
export const shuffle = (lanes: readonly number[]): number[] => simd(0x0d, ...lanes);
export const lookUp = simd(0x0e);
export const equal = simd(0x23);
export const unequal = simd(0x24);
export const and = simd(0x4e);
export const or = simd(0x50);
export const any = simd(0x53);
export const bits = simd(0x64);
export const shiftRight16 = simd(0x8d);
export const subtract8 = simd(0x71);
export const addPairsOf8 = simd(0x7d);
export const addPairsOf16 = simd(0x7f);
export const lane32 = (lane: number): number[] => simd(0x1b, lane);

export function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const isLast = value >> 6 === 0 || value >> 6 === -1;
  return isLast ? [low] : [low | 0x80, ...signed(value >> 7)];
}

export const counted = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
export const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
export const text = (value: string): number[] => sized([...value].map((letter) => letter.charCodeAt(0)));
