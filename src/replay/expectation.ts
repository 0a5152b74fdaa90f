// What the log says about the fault, gathered from wherever it says it: the standard the replay is compared with.

import { VECTORS } from '../machine/faults.ts';
import { decodePageFaultErrorCode, type PageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { privilegeLevel } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { Snapshot, Sourced } from '../snapshot/snapshot.ts';

export interface Expectation {
  readonly vector?: Sourced<number>;
  readonly errorCode?: Sourced<U32>;
  /** Present where the vector is a page fault and the code was printed. */
  readonly pageFault?: PageFaultErrorCode;
  readonly faultAddress?: Sourced<U32>;
  readonly mode: 'kernel' | 'user';
}

/** Collects the log's own statements; nothing is computed from code bytes here. */
export function expectationOf(snapshot: Snapshot): Expectation {
  const { vector, errorCode, faultAddress } = snapshot.trap;
  const isPageFault = vector?.value === VECTORS['page-fault'];
  return {
    ...(vector && { vector }),
    ...(errorCode && { errorCode }),
    ...(isPageFault && errorCode && { pageFault: decodePageFaultErrorCode(errorCode.value) }),
    ...(faultAddress && { faultAddress }),
    mode: modeOf(snapshot),
  };
}

/** A selector with privilege 3 is a user program; ring 1 is a kernel under Xen. Without one, the form of the report decides. */
function modeOf(snapshot: Snapshot): 'kernel' | 'user' {
  if (snapshot.mode) return snapshot.mode.value;
  const cs = snapshot.segments.cs;
  if (cs) return privilegeLevel(cs.value) === 3 ? 'user' : 'kernel';
  return snapshot.kind === 'user-fault' ? 'user' : 'kernel';
}
