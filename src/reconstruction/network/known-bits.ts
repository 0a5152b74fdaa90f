// A 32-bit value of which some bits are certain. Sums and differences of such values, exact as far as bits can say it
// (Vishwanathan et al., "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers").

/** `value` has zeros where `unknown` has ones. Both are signed 32-bit integers: bits only, never compared as numbers. */
export interface KnownBits {
  readonly unknown: number;
  readonly value: number;
}

export const NOTHING_KNOWN: KnownBits = { unknown: -1, value: 0 };

export function exactly(value: number): KnownBits {
  return { unknown: 0, value: value | 0 };
}

export function addBits(a: KnownBits, b: KnownBits): KnownBits {
  const sum = (a.value + b.value) | 0;
  const carried = ((a.unknown + b.unknown + sum) | 0) ^ sum;
  const unknown = carried | a.unknown | b.unknown;
  return { unknown, value: sum & ~unknown };
}

export function subtractBits(a: KnownBits, b: KnownBits): KnownBits {
  const difference = (a.value - b.value) | 0;
  const most = (difference + a.unknown) | 0;
  const least = (difference - b.unknown) | 0;
  const unknown = (most ^ least) | a.unknown | b.unknown;
  return { unknown, value: difference & ~unknown };
}

/** Moves the bits of a value of `width` bits to the top, so that carries leave at bit 31. */
export function toTop(a: KnownBits, width: number): KnownBits {
  const shift = 32 - width;
  return { unknown: a.unknown << shift, value: a.value << shift };
}

/** Undoes toTop; the bits above `width` are zero. */
export function fromTop(a: KnownBits, width: number): KnownBits {
  const shift = 32 - width;
  return shift === 0 ? a : { unknown: a.unknown >>> shift, value: a.value >>> shift };
}

/** The least and the greatest unsigned value. */
export function least(a: KnownBits): number {
  return a.value >>> 0;
}

export function greatest(a: KnownBits): number {
  return (a.value | a.unknown) >>> 0;
}

/** What bits follow from `a` ≤ `limit` (unsigned); undefined where no value is left. */
export function atMost(a: KnownBits, limit: number): KnownBits | undefined {
  let { unknown, value } = a;
  for (let bit = 31; bit >= 0; bit--) {
    const mask = 1 << bit;
    const isUnknown = (unknown & mask) !== 0;
    if ((limit & mask) !== 0) {
      if (isUnknown || (value & mask) === 0) break;
    } else if (isUnknown) unknown &= ~mask;
    else if ((value & mask) !== 0) return undefined;
  }
  return { unknown, value };
}

/** What bits follow from `a` ≥ `limit` (unsigned); undefined where no value is left. */
export function atLeast(a: KnownBits, limit: number): KnownBits | undefined {
  const flipped = atMost({ unknown: a.unknown, value: ~a.value & ~a.unknown }, ~limit);
  return flipped && { unknown: flipped.unknown, value: ~flipped.value & ~flipped.unknown };
}
