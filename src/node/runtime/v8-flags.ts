// The flags that the command runs V8 with.

import { setFlagsFromString } from 'node:v8';

/** Node 20's V8; later ones count calls, and complain of the name. */
const COUNTS_A_BUDGET = process.versions.v8.startsWith('11.');
/**
 * V8 compiles and optimises eagerly, for programs that run for long; most runs of this one are over in 100 ms. Each flag moves the point
 * where V8 begins to compile. V8 refuses what was compiled under other flags, Node's own modules included: they are set when everything
 * compiled is loaded, and before it runs.
 */
const SHORT_RUN: readonly string[] = [
  // What is read at a start looks like pressure on memory; marking beside the work would cost more than a collection.
  '--no-incremental-marking',
  ...(COUNTS_A_BUDGET ? ['--interrupt-budget=1000000'] : []),
  '--baseline-batch-compilation-threshold=16000000',
  '--regexp-tier-up-ticks=50',
  '--no-regexp-peephole-optimization',
];
/** V8's own values. */
const COMPILE_SOON = '--baseline-batch-compilation-threshold=4096';
const OPTIMISE_SOON: readonly string[] = COUNTS_A_BUDGET ? ['--interrupt-budget=67584'] : [];

export function expectShortRun(): void {
  for (const flag of SHORT_RUN) setFlagsFromString(flag);
}

/** More reports are likely: what one calls is worth compiling for the next. */
export function expectReports(): void {
  setFlagsFromString(COMPILE_SOON);
}

/** From so many logs on it pays to compile and to optimise what they all call. */
const BATCH = 12;
/** Not at once: all that was called so far is compiled then, and the first logs are looked at while the others are replayed. */
const BEGUN = 3;

/** Called before each of `count` logs; `nth` counts them from 0. */
export function expectLogs(count: number, nth: number): void {
  if (count < BATCH || nth !== BEGUN) return;
  expectReports();
  for (const flag of OPTIMISE_SOON) setFlagsFromString(flag);
}
