// Reads the single values of a scenario file: words, places in the code, bytes.

import type { Scalar } from 'yaml';
import { GENERAL_REGISTERS, REGISTER_NAMES } from '../../machine/registers.ts';
import { type U32, u32 } from '../../machine/u32.ts';
import { oneOf, type Shape, scalar } from './shape.ts';

const MAX_U32 = 0xffff_ffff;
/** The most bytes that are given at one place: a page. */
export const MAX_BYTES = 4096;

/** An instruction: its linear address, or its offset in the captured code bytes, which every log has. */
export type Place = { readonly address: U32 } | { readonly offset: number };

export const text: Shape<string> = scalar('a text', { type: 'string' }, ({ value }) =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined,
);

export const flag: Shape<boolean> = scalar('true or false', { type: 'boolean' }, ({ value }) =>
  typeof value === 'boolean' ? value : undefined,
);

export const count: Shape<number> = scalar('a whole number from 0', { type: 'integer', minimum: 0 }, ({ value }) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
);

/** `0x9e28ea90`; decimal numbers are numbers too. */
export const word: Shape<U32> = scalar(
  'a 32-bit value such as 0x9e28ea90',
  { type: ['integer', 'string'], minimum: 0, maximum: MAX_U32, pattern: '^0x[0-9a-fA-F]{1,8}$' },
  ({ value }) => toWord(value),
);

const PLACE = 'an address such as 0xf88a5acc, or +10 for the offset in the captured code bytes';
const PLACE_PATTERN = '0x[0-9a-fA-F]{1,8}|\\+(0x[0-9a-fA-F]+|[0-9]+)';

export const place: Shape<Place> = scalar(
  PLACE,
  { type: ['integer', 'string'], pattern: `^(${PLACE_PATTERN})$` },
  toPlace,
);

/** Where a variation begins: at the fault, at the first step of the lead-up that can be run, or at a step. */
export const startingPlace: Shape<'fault' | 'lead-up' | Place> = scalar(
  `fault, lead-up, or ${PLACE}`,
  { type: ['integer', 'string'], pattern: `^(fault|lead-up|${PLACE_PATTERN})$` },
  (scalar) => (scalar.value === 'fault' || scalar.value === 'lead-up' ? scalar.value : toPlace(scalar)),
);

/** `"89 34 88"` */
export const bytes: Shape<Uint8Array> = scalar(
  'bytes as hexadecimal digits in quotes, such as "89 34 88"',
  { type: 'string', pattern: '^([0-9a-fA-F]{2} ?)+$' },
  ({ value, source }) => toBytes(typeof value === 'string' ? value : (source ?? '')),
);

/** A word, or the bytes themselves where another number of them is meant. */
export const memoryContent: Shape<U32 | Uint8Array> = scalar(
  'a 32-bit value such as 0x2b024000, or bytes in quotes such as "00 40"',
  { type: ['integer', 'string'] },
  ({ value }) => toWord(value) ?? (typeof value === 'string' ? toBytes(value) : undefined),
);

export const registerName = oneOf(REGISTER_NAMES);
export const generalRegister = oneOf(GENERAL_REGISTERS);

function toPlace({ value, source }: Scalar): Place | undefined {
  const offset = /^\+(0x[0-9a-f]+|\d+)$/i.exec(source ?? '')?.[1];
  if (offset !== undefined) return { offset: Number(offset) };
  const address = toWord(value);
  return address === undefined ? undefined : { address };
}

function toWord(value: unknown): U32 | undefined {
  const number = typeof value === 'string' && /^0x[0-9a-f]{1,8}$/i.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > MAX_U32) return undefined;
  return u32(number);
}

function toBytes(value: string): Uint8Array | undefined {
  const digits = value.replaceAll(' ', '');
  // The length is checked first: a repeated group over megabytes overflows the stack of the regular expression.
  if (digits.length > 2 * MAX_BYTES || !/^([0-9a-f]{2})+$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
