// BUG() of 2.4.18 to 2.6.19 keeps the line number and a pointer to the file name in the code, right after ud2.
// Sources: include/asm-i386/page.h of 2.4.18 (u16, u32), asm-i386/bug.h of 2.6.19 (far jump).

import { type U32, wrapU32 } from '../machine/u32.ts';
import type { CodeWindow } from './memory.ts';

export interface InlineLocation {
  readonly filePointer: U32;
  readonly line: number;
  /** Bytes after ud2 that hold it. */
  readonly length: number;
  /** False where the bytes could also be ordinary code: only the ljmp form of 2.6.19 is certain. */
  readonly certain: boolean;
}

const LJMP = 0xea;
/** A 16-bit line and a 32-bit pointer, which 2.6.19 puts into a far jump to look like code. */
const RECORD_LENGTH = 6;
const LJMP_LENGTH = 7;
/** Kernel text and read-only data lie above this address under every split of the address space. */
const LOWEST_KERNEL_ADDRESS = 0x4000_0000;

export function inlineLocation(code: CodeWindow | undefined): InlineLocation | undefined {
  const at = code?.eipOffset;
  if (!code || at === undefined) return undefined;
  const bytes = code.bytes.subarray(at, at + 9);
  if (bytes.length < 8 || bytes[0] !== 0x0f || bytes[1] !== 0x0b) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLjmp = bytes[2] === LJMP && bytes.length === 9;
  const filePointer = wrapU32(view.getUint32(isLjmp ? 3 : 4, true));
  const line = view.getUint16(isLjmp ? 7 : 2, true);
  if (filePointer < LOWEST_KERNEL_ADDRESS || line === 0) return undefined;
  return { filePointer, line, length: isLjmp ? LJMP_LENGTH : RECORD_LENGTH, certain: isLjmp };
}
