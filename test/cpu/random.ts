// Random numbers from a seed: the same seed gives the same cases on every machine.

export interface Random {
  /** An unsigned 32-bit number. */
  word(): number;
  /** From 0 to limit − 1. */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  /** True once in `n` times. */
  oneIn(n: number): boolean;
  bytes(count: number): Uint8Array;
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (limit: number) => Math.floor((word() / 0x1_0000_0000) * limit);
  return {
    word,
    below,
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    oneIn: (n) => below(n) === 0,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
