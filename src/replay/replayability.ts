// Reports that cannot be run, and what would change that. Everything here is decided before an instruction is executed.

import { VECTORS } from '../machine/faults.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Expectation } from './expectation.ts';

export interface Obstacle {
  readonly reason: string;
  readonly remedy?: string;
}

/** Where bytes of code can still be had from. */
export const SOURCES_OF_CODE = 'from the console, from a dump of memory or from the kernel image';

/** Why nothing faulted, for the reports that are no faults; undefined for the others. */
function quietReason({ kind, headline, registers }: Snapshot): string | undefined {
  if (kind === 'warning') return 'this is a warning; the kernel went on, nothing faulted';
  if (kind === 'register-dump') {
    const text = headline?.value ?? '';
    const what = REGISTER_DUMPS.find(([pattern]) => pattern.test(text))?.[1] ?? 'a register dump';
    return `this is ${what}; the registers are those of the code that was running, and nothing faulted there`;
  }
  if (kind !== 'panic') return undefined;
  return Object.keys(registers).length > 0
    ? 'this is a panic; the registers are those of the code that was interrupted, and nothing faulted there'
    : 'this is a panic; the log holds no state to replay';
}

/** What made the kernel print its registers, by the line that announces them. Sources: kernel/watchdog.c, kernel/rcu/tree_stall.h. */
const REGISTER_DUMPS: readonly (readonly [RegExp, string])[] = [
  [/soft lockup/i, 'a soft lockup'],
  [/lockup/i, 'a lockup that the NMI watchdog found'],
  [/rcu/i, 'an RCU stall'],
  [/NMI backtrace/i, 'an NMI backtrace, which lockups and stalls ask for'],
  [/SysRq/i, 'a register dump that SysRq asked for'],
];

/** Why this report cannot be replayed, or undefined where nothing stands in the way. */
export function obstacleOf(snapshot: Snapshot, expectation: Expectation): Obstacle | undefined {
  const quiet = quietReason(snapshot);
  if (quiet !== undefined && expectation.vector === undefined) return { reason: quiet };
  if (isFetchFault(snapshot, expectation)) return undefined;
  if (snapshot.kind === 'user-fault' && snapshot.code === undefined) {
    return {
      reason: 'the line has no code bytes and no registers',
      remedy: 'the Code: line that kernels from 4.18 on print after it, or a core dump of the program',
    };
  }
  if (snapshot.code === undefined) {
    return {
      reason: snapshot.codeUnavailable
        ? `the kernel could not read the code at EIP ("${snapshot.codeUnavailable.value}")`
        : 'the report has no Code: line',
      remedy: `the 64 bytes around EIP, ${SOURCES_OF_CODE}`,
    };
  }
  if (snapshot.code.eipOffset === undefined) {
    return {
      reason: 'the Code: line does not mark which byte EIP points at',
      remedy: 'the < > that kernels print around that byte',
    };
  }
  if (snapshot.code.eipOffset >= snapshot.code.bytes.length) {
    return { reason: 'the Code: line ends before the byte that EIP points at' };
  }
  if (Object.keys(snapshot.registers).length === 0) {
    return { reason: 'the report has no registers', remedy: 'the lines from EAX: to ESP: of the same report' };
  }
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
