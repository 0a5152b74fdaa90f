// Reports that cannot be run. Everything here is decided before an instruction is executed.

import { VECTORS } from '../machine/faults.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Expectation } from './expectation.ts';
import type { Obstacle } from './verdict-reason.ts';

/** Why nothing faulted, for the reports that are no faults; undefined for the others. */
function quietObstacle({ kind, dumpCause, registers }: Snapshot): Obstacle | undefined {
  if (kind === 'warning') return { code: 'warning' };
  if (kind === 'register-dump') return { code: 'register-dump', ...(dumpCause && { cause: dumpCause }) };
  if (kind !== 'panic') return undefined;
  return { code: Object.keys(registers).length > 0 ? 'panic' : 'panic-without-registers' };
}

/** Why this report cannot be replayed, or undefined where nothing stands in the way. */
export function obstacleOf(snapshot: Snapshot, expectation: Expectation): Obstacle | undefined {
  const quiet = quietObstacle(snapshot);
  if (quiet !== undefined && expectation.vector === undefined) return quiet;
  if (isFetchFault(snapshot, expectation)) return undefined;
  const { kind, codeUnavailable, registers } = snapshot;
  const code = codeWindowOf(snapshot);
  if (kind === 'user-fault' && code === undefined) return { code: 'user-line-alone' };
  if (code === undefined) {
    return codeUnavailable ? { code: 'code-unreadable', words: codeUnavailable.value } : { code: 'no-code' };
  }
  if (code.eipOffset === undefined) return { code: 'no-eip-mark' };
  if (code.eipOffset >= code.bytes.length) return { code: 'code-ends-before-eip' };
  if (Object.keys(registers).length === 0) return { code: 'no-registers' };
  return undefined;
}

/** EIP itself is the address that faulted: a jump or return into nothing needs no code bytes to be replayed. */
export function isFetchFault(snapshot: Snapshot, expectation: Expectation): boolean {
  const { vector, faultAddress, pageFault } = expectation;
  if (vector?.value !== VECTORS['page-fault'] || faultAddress === undefined) return false;
  const eip = snapshot.registers.eip?.value;
  return eip === undefined ? pageFault?.access === 'execute' : eip === faultAddress.value;
}

export function isDoubleFault(expectation: Expectation): boolean {
  return expectation.vector?.value === VECTORS['double-fault'];
}
