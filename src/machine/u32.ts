// Unsigned 32-bit arithmetic. Every address, register and memory word of the machine is a U32;
// plain `number` results of arithmetic must come back through wrapU32.

declare const u32Brand: unique symbol;
declare const linearBrand: unique symbol;

/** An integer from 0 to 2^32 − 1. */
export type U32 = number & { readonly [u32Brand]: true };

/** A segment base plus an effective address, modulo 2^32: what the CPU puts into CR2. */
export type LinearAddress = U32 & { readonly [linearBrand]: true };

/** Reduces any integer modulo 2^32, as the CPU's adder does. */
export function wrapU32(value: number): U32 {
  return (value >>> 0) as U32;
}

/** Checks that `value` already is an unsigned 32-bit integer; throws a RangeError where it is not. */
export function u32(value: number): U32 {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`${value} is not a 32-bit value`);
  return value as U32;
}

/** Adds a segment base and an offset, modulo 2^32. Intel SDM vol. 1, "Specifying an Offset", and vol. 3A, "Logical Address Translation". */
export function linearAddress(segmentBase: U32, effectiveAddress: U32): LinearAddress {
  return ((segmentBase + effectiveAddress) >>> 0) as LinearAddress;
}

/** Multiplies modulo 2^32. */
export function multiplyU32(a: U32, b: number): U32 {
  return (Math.imul(a, b) >>> 0) as U32;
}

/** Writes eight lower-case hexadecimal digits without a prefix, as kernels print registers. */
export function hex32(value: U32): string {
  return value.toString(16).padStart(8, '0');
}

/** Gives the value of 1 to 8 hexadecimal digits, or undefined if `text` is anything else. */
export function parseHex32(text: string): U32 | undefined {
  return /^[0-9a-f]{1,8}$/i.test(text) ? (Number.parseInt(text, 16) as U32) : undefined;
}

export const PAGE_SIZE = 0x1000;

/** Gives the first address of the 4 KiB page that holds `address`. */
export function pageOf<T extends U32>(address: T): T {
  return ((address & ~0xfff) >>> 0) as T;
}
