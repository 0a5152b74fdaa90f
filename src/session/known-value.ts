// Values with their provenance, as front ends read and combine them. An unknown value has no number, so nothing can mistake it for 0.

import { type U32, wrapU32 } from '../machine/u32.ts';
import type { KnownValue, Provenance } from '../reconstruction/lead-up.ts';

export type { KnownValue, Provenance } from '../reconstruction/lead-up.ts';

/** One byte of memory that is observed, derived or assumed. */
export interface KnownByte {
  readonly value: number;
  readonly provenance: Exclude<Provenance, 'unknown'>;
  /** The condition under which an assumed byte has this value. */
  readonly constraint?: string;
}

export const UNKNOWN: KnownValue = { provenance: 'unknown' };

const CERTAINTY: readonly Provenance[] = ['observed', 'derived', 'assumed', 'unknown'];

/** Gives the least certain provenance. What is computed from observed values alone is derived: `computed` sees to that. */
export function leastCertain(provenances: Iterable<Provenance>): Provenance {
  let worst = 0;
  for (const provenance of provenances) worst = Math.max(worst, CERTAINTY.indexOf(provenance));
  return CERTAINTY[worst] as Provenance;
}

export function isMoreCertain(a: Provenance, b: Provenance): boolean {
  return CERTAINTY.indexOf(a) < CERTAINTY.indexOf(b);
}

/** Puts 1 to 4 bytes together, little-endian. The result is unknown if one of them is. */
export function wordOf(bytes: readonly (KnownByte | undefined)[]): KnownValue {
  let value = 0;
  const conditions = new Set<string>();
  const provenances = new Set<Provenance>();
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i];
    if (byte === undefined) return UNKNOWN;
    value = value * 256 + byte.value;
    provenances.add(byte.provenance);
    if (byte.constraint !== undefined) conditions.add(byte.constraint);
  }
  return {
    provenance: leastCertain(provenances),
    value: wrapU32(value),
    ...(conditions.size > 0 && { constraint: [...conditions].join(', ') }),
  };
}

/** Gives byte `index` of a value, or undefined if the value is unknown. */
export function byteOf(known: KnownValue, index: number): KnownByte | undefined {
  const { value, provenance, constraint } = known;
  if (value === undefined || provenance === 'unknown') return undefined;
  return { value: (value >>> (8 * index)) & 0xff, provenance, ...(constraint !== undefined && { constraint }) };
}

/**
 * True if both are known and differ; false if both are known and equal; undefined if that is undecided. Of a value that is known in
 * part only those bits count.
 */
export function differs(a: KnownValue, b: KnownValue): boolean | undefined {
  if (a.value === undefined || b.value === undefined) return undefined;
  const mask = (a.knownBits ?? ALL_BITS) & (b.knownBits ?? ALL_BITS);
  if (((a.value ^ b.value) & mask) !== 0) return true;
  return mask === ALL_BITS ? false : undefined;
}

const ALL_BITS = -1;

/** Makes the result of a computation whose inputs have these provenances. */
export function computed(value: U32, inputs: Iterable<Provenance>): KnownValue {
  const worst = leastCertain(inputs);
  if (worst === 'unknown') return UNKNOWN;
  return { provenance: worst === 'observed' ? 'derived' : worst, value };
}
