// The flags that the command runs V8 with.

/** V8 takes the hints of build/compile-hints.mjs as an experiment; they are known to work in that of Node 20. */
const HAS_HINTS = process.versions.v8.startsWith('11.3.');
/** Modules with hints say themselves what may wait. */
export const LAZINESS = HAS_HINTS ? '--no-wasm-lazy-compilation' : '--wasm-lazy-compilation';
/**
 * V8 compiles and optimises eagerly, for programs that run for long; most runs of this one are over in 100 ms. Each flag moves the point
 * where V8 begins to compile, so that a batch of logs still gets there. They are part of the key of the code caches: set them first.
 */
export const START_FLAGS: readonly string[] = [
  // The modules: compile with the quick compiler, and once, what the hints of the build say; the rest when it is called.
  LAZINESS,
  ...(HAS_HINTS ? ['--experimental-wasm-compilation-hints'] : []),
  '--wasm-lazy-validation',
  '--liftoff-only',
  // What is read at a start looks like pressure on memory; marking beside the work would cost more than a collection.
  '--no-incremental-marking',
  // Our own code runs a few times only.
  '--interrupt-budget=1000000',
  '--baseline-batch-compilation-threshold=16000000',
  '--regexp-tier-up-ticks=50',
  '--no-regexp-peephole-optimization',
];
