// BUG() of kernels before 2.6.20 puts a line number and a file pointer behind ud2: bytes that look like code and are none.

import type { ByteRange } from '../decoder/align-window.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Ranges of the code window that are data. Sources: include/asm-i386/page.h of 2.4.18 (u16, u32), asm-i386/bug.h of 2.6.19 (ljmp). */
export function inlineBugData(snapshot: Snapshot): readonly ByteRange[] {
  const code = snapshot.code;
  const location = snapshot.trap.location?.value;
  if (snapshot.kind !== 'bug' || code?.eipOffset === undefined || location?.filePointer === undefined) return [];
  const isLongJump = code.bytes[code.eipOffset + 2] === 0xea;
  return [{ offset: code.eipOffset + 2, length: isLongJump ? 7 : 6 }];
}
