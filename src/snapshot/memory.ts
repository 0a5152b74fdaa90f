// The memory of the crashed machine, as far as its report holds it, and the two views that every report may have.

import { type U32, u32 } from '../machine/u32.ts';
import type { Evidence } from './evidence.ts';

interface Captured {
  readonly bytes: Uint8Array;
  /** Linear address of `bytes[0]`; absent where the report gives no EIP or ESP to tell it. */
  readonly start?: U32;
  readonly evidence: Evidence;
}

/** The bytes around EIP. */
export interface CodeWindow extends Captured {
  readonly kind: 'code-window';
  /** Index in `bytes` of the byte that EIP points at; absent where the report marks none and its era does not tell. */
  readonly eipOffset?: number;
  /** Where `eipOffset` is absent: the index in `bytes` before which the byte at EIP was, if it was lost together with its mark. */
  readonly lostMark?: LostMark;
}

/** How a mark like `<89>` was lost. */
export interface LostMark {
  readonly at: number;
  /** `priority`: syslog took the digits for a priority and began a line; `markup`: a page took the letters for a tag. */
  readonly as: 'priority' | 'markup';
}

/** Words upwards from ESP, 32 bits each, little endian. */
export interface StackDump extends Captured {
  readonly kind: 'stack-dump';
}

/** A run of bytes, with what it is and where it was read. */
export type MemorySegment = CodeWindow | StackDump;

/** A snapshot, as far as its memory goes. */
interface Remembered {
  readonly memory: readonly MemorySegment[];
}

/** The code window of the report; undefined where it shows no code bytes. */
export function codeWindowOf({ memory }: Remembered): CodeWindow | undefined {
  return memory.find((segment) => segment.kind === 'code-window');
}

/** The stack dump as 32-bit words. */
export interface StackWords {
  /** Linear address of `words[0]`; absent where the report prints no stack pointer. */
  readonly start?: U32;
  /** Upwards from `start`. */
  readonly words: readonly U32[];
}

/** The stack dump of the report; undefined where it has none, without words where it has the heading and nothing under it. */
export function stackWordsOf({ memory }: Remembered): StackWords | undefined {
  const dump = memory.find((segment) => segment.kind === 'stack-dump');
  if (dump === undefined) return undefined;
  const { start, bytes } = dump;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length >>> 2 }, (_, i) => u32(view.getUint32(4 * i, true)));
  return start === undefined ? { words } : { start, words };
}
