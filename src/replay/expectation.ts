// What the log says about the fault, gathered from wherever it says it: the standard the replay is compared with.

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

export const PAGE_FAULT_VECTOR = 14;
export const DOUBLE_FAULT_VECTOR = 8;

/** Collects the log's own statements; nothing is computed from code bytes here. */
export function expectationOf(snapshot: Snapshot): Expectation {
  const { errorCode, faultAddress } = snapshot.trap;
  const vector = snapshot.trap.vector ?? undefinedInstruction(snapshot);
  const isPageFault = vector?.value === PAGE_FAULT_VECTOR;
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

const INVALID_OPCODE_VECTOR = 6;

/** BUG and, from 4.11 on, WARN are a ud2 whose exception the kernel handles: it needs no die line. */
function undefinedInstruction({ code, kind }: Snapshot): Sourced<number> | undefined {
  if (code?.eipOffset === undefined || (kind !== 'warning' && kind !== 'bug')) return undefined;
  const isUd2 = code.bytes[code.eipOffset] === 0x0f && code.bytes[code.eipOffset + 1] === 0x0b;
  if (!isUd2) return undefined;
  return { value: INVALID_OPCODE_VECTOR, lines: code.lines, inferred: `a ${kind} that stands at a ud2 instruction` };
}
