// Segmentation as a 32-bit Linux uses it: flat code and data, small bases in fs and gs.

import type { SegmentRegister } from './registers.ts';
import type { U32 } from './u32.ts';

export interface SegmentState {
  readonly selector: number;
  /** Undefined where the log does not determine it (fs and gs of a kernel, TLS of a program). */
  readonly base?: U32;
}

export type SegmentFile = Readonly<Record<SegmentRegister, SegmentState>>;

/** The table a selector points into and the privilege it asks for. Intel SDM vol. 3A, "Segment Selectors". */
export function decodeSelector(selector: number): { index: number; table: 'GDT' | 'LDT'; requestedPrivilege: number } {
  return { index: selector >>> 3, table: (selector & 4) !== 0 ? 'LDT' : 'GDT', requestedPrivilege: selector & 3 };
}

/** True for a null selector (index 0 in the GDT, any privilege): ds, es, fs and gs may be loaded with it, but not used. */
export function isNullSelector(selector: number): boolean {
  return (selector & 0xfffc) === 0;
}
