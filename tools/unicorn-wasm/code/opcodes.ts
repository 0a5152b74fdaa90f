// Instructions of WebAssembly as bytes. Core specification 2.0, "Instructions".

import { signed, unsigned } from '../../wasm/numbers.ts';
import type { StoredType } from '../numbers/number-kinds.ts';
import type { ViewName } from '../script/names.ts';

/** One instruction or several. */
export type Code = readonly number[];

/** Types as modules name them; blocks may have the type `nothing`. */
export const TYPE = { int: 0x7f, double: 0x7c, nothing: 0x40, function: 0x60, functionReference: 0x70 } as const;

const plain = (...bytes: number[]): Code => bytes;
type Access = (offset: number) => Code;
const access =
  (opcode: number, alignment: number): Access =>
  (offset) => [opcode, alignment, ...unsigned(offset)];

export const OP = {
  unreachable: plain(0x00),
  else: plain(0x05),
  end: plain(0x0b),
  return: plain(0x0f),
  drop: plain(0x1a),
  memorySize: plain(0x3f, 0),
  memoryCopy: plain(0xfc, 10, 0, 0),
  memoryFill: plain(0xfc, 11, 0),
  eqz: plain(0x45),
  eq: plain(0x46),
  ne: plain(0x47),
  add: plain(0x6a),
  subtract: plain(0x6b),
  multiply: plain(0x6c),
  divideSigned: plain(0x6d),
  divideUnsigned: plain(0x6e),
  remainderSigned: plain(0x6f),
  remainderUnsigned: plain(0x70),
  and: plain(0x71),
  or: plain(0x72),
  xor: plain(0x73),
  countLeadingZeros: plain(0x67),
  longOr: plain(0x84),
  longShiftLeft: plain(0x86),
  longShiftRight: plain(0x88),
  doubleEqual: plain(0x61),
  doubleUnequal: plain(0x62),
  doubleAdd: plain(0xa0),
  doubleSubtract: plain(0xa1),
  doubleMultiply: plain(0xa2),
  doubleDivide: plain(0xa3),
  doubleMinimum: plain(0xa4),
  doubleMaximum: plain(0xa5),
  doubleAbsolute: plain(0x99),
  doubleNegate: plain(0x9a),
  doubleCeiling: plain(0x9b),
  doubleFloor: plain(0x9c),
  doubleTruncate: plain(0x9d),
  doubleSquareRoot: plain(0x9f),
  longToInt: plain(0xa7),
  intToLongUnsigned: plain(0xad),
  doubleToLong: plain(0xfc, 6),
  intToDoubleSigned: plain(0xb7),
  intToDoubleUnsigned: plain(0xb8),
  doubleToFloat: plain(0xb6),
  floatToDouble: plain(0xbb),
  floatAsInt: plain(0xbc),
  doubleAsLong: plain(0xbd),
  longAsDouble: plain(0xbf),
};

/** Of int32 operands that are taken as signed, and as unsigned. */
export const COMPARE_INTS: Readonly<Record<string, { readonly signed: Code; readonly unsigned: Code }>> = {
  '<': { signed: plain(0x48), unsigned: plain(0x49) },
  '>': { signed: plain(0x4a), unsigned: plain(0x4b) },
  '<=': { signed: plain(0x4c), unsigned: plain(0x4d) },
  '>=': { signed: plain(0x4e), unsigned: plain(0x4f) },
  '==': { signed: OP.eq, unsigned: OP.eq },
  '!=': { signed: OP.ne, unsigned: OP.ne },
};
export const COMPARE_DOUBLES: Readonly<Record<string, Code>> = {
  '==': OP.doubleEqual,
  '!=': OP.doubleUnequal,
  '<': plain(0x63),
  '>': plain(0x64),
  '<=': plain(0x65),
  '>=': plain(0x66),
};
export const BITS: Readonly<Record<string, Code>> = {
  '|': OP.or,
  '&': OP.and,
  '^': OP.xor,
  '<<': plain(0x74),
  '>>': plain(0x75),
  '>>>': plain(0x76),
};

export interface View {
  /** At an offset from the address on the stack. */
  readonly load: Access;
  readonly store: Access;
  /** By how many bits an index is shifted to give an address. */
  readonly shift: number;
}

export const VIEW: Readonly<Record<ViewName, View>> = {
  i8: { load: access(0x2c, 0), store: access(0x3a, 0), shift: 0 },
  u8: { load: access(0x2d, 0), store: access(0x3a, 0), shift: 0 },
  i16: { load: access(0x2e, 1), store: access(0x3b, 1), shift: 1 },
  u16: { load: access(0x2f, 1), store: access(0x3b, 1), shift: 1 },
  i32: { load: access(0x28, 2), store: access(0x36, 2), shift: 2 },
  f64: { load: access(0x2b, 3), store: access(0x39, 3), shift: 3 },
};

export const block = (type: number = TYPE.nothing): Code => [0x02, type];
export const loop: Code = [0x03, TYPE.nothing];
export const ifThen = (type: number = TYPE.nothing): Code => [0x04, type];
export const branch = (depth: number): Code => [0x0c, ...unsigned(depth)];
export const branchIf = (depth: number): Code => [0x0d, ...unsigned(depth)];
/** `depths` for 0, 1, …; `other` for everything else. */
export const branchTable = (depths: readonly number[], other: number): Code => [
  0x0e,
  ...unsigned(depths.length),
  ...depths.flatMap(unsigned),
  ...unsigned(other),
];
export const call = (index: number): Code => [0x10, ...unsigned(index)];
export const callIndirect = (type: number): Code => [0x11, ...unsigned(type), 0];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const getGlobal = (index: number): Code => [0x23, ...unsigned(index)];
export const setGlobal = (index: number): Code => [0x24, ...unsigned(index)];
export const int = (value: number): Code => [0x41, ...signed(value)];
export const long = (value: number): Code => [0x42, ...signed(value)];
export const double = (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)];
export const zeroOf = (type: StoredType): Code => (type === 'double' ? double(0) : int(0));
