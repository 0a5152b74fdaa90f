// The error code of a page fault. Intel SDM vol. 3A, "Page-Fault Exception (#PF)".

import type { AccessKind } from './access.ts';
import { type U32, wrapU32 } from './u32.ts';

export const PAGE_FAULT = {
  PRESENT: 0x1,
  WRITE: 0x2,
  USER: 0x4,
  RESERVED: 0x8,
  FETCH: 0x10,
  PROTECTION_KEY: 0x20,
} as const;

export interface PageFaultErrorCode {
  /** False if the page was not present; true if it was and forbids this access. */
  readonly present: boolean;
  readonly access: AccessKind;
  readonly mode: 'kernel' | 'user';
  readonly reservedBit: boolean;
}

export function decodePageFaultErrorCode(code: U32): PageFaultErrorCode {
  return {
    present: (code & PAGE_FAULT.PRESENT) !== 0,
    access: (code & PAGE_FAULT.FETCH) !== 0 ? 'execute' : (code & PAGE_FAULT.WRITE) !== 0 ? 'write' : 'read',
    mode: (code & PAGE_FAULT.USER) !== 0 ? 'user' : 'kernel',
    reservedBit: (code & PAGE_FAULT.RESERVED) !== 0,
  };
}

/** Gives the code that the CPU pushes. Without NX or SMEP a fetch pushes the code of a read: pass `read` then. */
export function encodePageFaultErrorCode(code: PageFaultErrorCode): U32 {
  return wrapU32(
    (code.present ? PAGE_FAULT.PRESENT : 0) |
      (code.access === 'write' ? PAGE_FAULT.WRITE : 0) |
      (code.mode === 'user' ? PAGE_FAULT.USER : 0) |
      (code.reservedBit ? PAGE_FAULT.RESERVED : 0) |
      (code.access === 'execute' ? PAGE_FAULT.FETCH : 0),
  );
}
