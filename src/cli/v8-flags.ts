// The flags that the command runs V8 with.

/** Node 20's V8; later ones count calls, and complain of the name. */
const COUNTS_A_BUDGET = process.versions.v8.startsWith('11.');
/**
 * V8 compiles and optimises eagerly, for programs that run for long; most runs of this one are over in 100 ms. Each flag moves the point
 * where V8 begins to compile, so that a batch of logs still gets there. V8 refuses what was compiled under other flags, Node's own modules
 * included: they are set when everything compiled is loaded, and before it runs.
 */
export const RUN_FLAGS: readonly string[] = [
  // What is read at a start looks like pressure on memory; marking beside the work would cost more than a collection.
  '--no-incremental-marking',
  ...(COUNTS_A_BUDGET ? ['--interrupt-budget=1000000'] : []),
  '--baseline-batch-compilation-threshold=16000000',
  '--regexp-tier-up-ticks=50',
  '--no-regexp-peephole-optimization',
];
