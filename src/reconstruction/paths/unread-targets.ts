// Where bytes could branch to that cannot be read with certainty. Intel SDM vol. 2, Jcc, JMP, CALL, LOOP.

import { wrapU32 } from '../../machine/u32.ts';

const SHORT_LENGTH = 2;

/** Offsets that the first `limit` bytes could branch to, wherever instructions begin in them. */
export function unreadTargets(bytes: Uint8Array, limit: number): ReadonlySet<number> {
  const targets = new Set<number>();
  const byte = (i: number) => bytes[i] ?? 0;
  const displacement8 = (i: number) => (byte(i) << 24) >> 24;
  const displacement32 = (i: number) => byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24);
  for (let i = 0; i < limit; i++) {
    const opcode = byte(i);
    const isShort = (opcode >= 0x70 && opcode <= 0x7f) || (opcode >= 0xe0 && opcode <= 0xe3) || opcode === 0xeb;
    if (isShort && i + SHORT_LENGTH <= limit) targets.add(wrapU32(i + SHORT_LENGTH + displacement8(i + 1)));
    if ((opcode === 0xe8 || opcode === 0xe9) && i + 5 <= limit) targets.add(wrapU32(i + 5 + displacement32(i + 1)));
    if (opcode === 0x0f && (byte(i + 1) & 0xf0) === 0x80 && i + 6 <= limit)
      targets.add(wrapU32(i + 6 + displacement32(i + 2)));
  }
  return targets;
}
