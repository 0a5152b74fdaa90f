// What the words of the line that opens a report say, beyond the values in it.

import type { DumpCause, Snapshot } from '../../../snapshot/snapshot.ts';

const PAGE_FAULT_WORDS = /pointer deref|paging request|page fault/i;

/** "NULL pointer dereference" is printed for every address below 4096, and for no other. Source: arch/x86/mm/fault.c. */
export function addressClaim(headline: string): Snapshot['headlineClaims'] {
  if (!PAGE_FAULT_WORDS.test(headline)) return undefined;
  return /NULL pointer/i.test(headline) ? 'first-page' : 'beyond-first-page';
}

/** The first that fits counts. Sources: kernel/watchdog.c, kernel/rcu/tree_stall.h. */
const DUMP_WORDS: readonly (readonly [RegExp, DumpCause])[] = [
  [/soft lockup/i, 'soft-lockup'],
  [/lockup/i, 'hard-lockup'],
  [/rcu/i, 'rcu-stall'],
  [/NMI backtrace/i, 'nmi-backtrace'],
  [/SysRq/i, 'sysrq'],
];

/** What made the kernel print its registers, by the line that announces them. */
export function dumpCauseOf(headline: string): DumpCause | undefined {
  return DUMP_WORDS.find(([pattern]) => pattern.test(headline))?.[1];
}
