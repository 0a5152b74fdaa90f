// Where in the code bytes the instruction stands that raised the exception. A fault leaves EIP at it, a trap after it.
// Intel SDM vol. 3A, "Exception Classifications".

import { VECTORS } from '../machine/faults.ts';
import type { CodeWindow } from '../snapshot/memory.ts';
import type { Expectation } from './expectation.ts';

/** Encodings that trap, by vector: int1, int3, int $3, into, int $4. */
const TRAPPING: Readonly<Record<number, readonly (readonly number[])[]>> = {
  [VECTORS.debug]: [[0xf1]],
  [VECTORS.breakpoint]: [[0xcc], [0xcd, 0x03]],
  [VECTORS.overflow]: [[0xce], [0xcd, 0x04]],
};

/** Bytes between the instruction and the EIP of the log: 0 for every fault, the length of the instruction for a trap. */
export function distanceBehindTrap(code: CodeWindow | undefined, { vector }: Expectation): number {
  const eipOffset = code?.eipOffset;
  if (code === undefined || eipOffset === undefined) return 0;
  const encodings = TRAPPING[vector?.value ?? -1] ?? [];
  const found = encodings.find((encoding) => {
    const start = eipOffset - encoding.length;
    return start >= 0 && encoding.every((byte, i) => code.bytes[start + i] === byte);
  });
  return found?.length ?? 0;
}
