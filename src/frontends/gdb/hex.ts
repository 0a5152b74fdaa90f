// Numbers and text as the protocol writes them.

import { type U32, wrapU32 } from '../../machine/u32.ts';

/** A 32-bit value in the target's byte order. */
export function littleEndianHex(value: U32): string {
  return [0, 8, 16, 24].map((shift) => hexByte((value >>> shift) & 0xff)).join('');
}

export function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** UTF-8 text as pairs of digits. */
export function hexText(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

export function textOfHex(digits: string): string | undefined {
  return /^([0-9a-f]{2})*$/i.test(digits) ? Buffer.from(digits, 'hex').toString('utf8') : undefined;
}

/** Big-endian, as in addresses and lengths; undefined where it is none of 1 to 8 digits. */
export function numberOfHex(digits: string): U32 | undefined {
  return /^[0-9a-f]{1,8}$/i.test(digits) ? wrapU32(Number.parseInt(digits, 16)) : undefined;
}

export function bytesOfHex(digits: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})*$/i.test(digits) ? Uint8Array.from(Buffer.from(digits, 'hex')) : undefined;
}
