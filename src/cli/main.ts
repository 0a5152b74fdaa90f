#!/usr/bin/env node
// The `replay` command: starts the bundle of src/cli/run.ts that the build puts beside it, from its compiled form.

import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type CachedScript, requireCached } from './code-cache.ts';
import type { Cli } from './run.ts';
import { ScratchReader } from './scratch-reader.ts';

/**
 * V8 compiles and optimises eagerly, for programs that run for long; most runs of this one are over in 100 ms. Each flag moves the point
 * where V8 begins to compile, so that a batch of logs still gets there. They are part of the key of the code caches: set them first.
 */
const START_FLAGS = [
  // The disassemblers: compile what is called, once, with the quick compiler.
  '--wasm-lazy-compilation',
  '--wasm-lazy-validation',
  '--liftoff-only',
  // What is read at a start looks like pressure on memory; marking beside the work would cost more than a collection.
  '--no-incremental-marking',
  // The engine's one huge function and our own code run a few times only.
  '--interrupt-budget=1000000',
  '--baseline-batch-compilation-threshold=16000000',
  '--regexp-tier-up-ticks=50',
  '--no-regexp-peephole-optimization',
];
for (const flag of START_FLAGS) setFlagsFromString(flag);

const reader = new ScratchReader();
const COMMANDS = './commands.js';
const loaded: CachedScript[] = [];

/** `require` for the bundles: the other commands come from their compiled form too. */
function requireBundle(id: string): unknown {
  if (id !== COMMANDS) return require(id);
  const { exports, script } = requireCached(join(__dirname, COMMANDS), reader, require);
  loaded.push(script);
  return exports;
}

const { exports, script } = requireCached(join(__dirname, 'replay.js'), reader, Object.assign(requireBundle, require));
const cli = exports as Cli;

cli.run(process.argv.slice(2), reader).then(
  (exitCode) => {
    process.exitCode = exitCode;
    const keep = process.env.REPLAY_WRITE_CODE_CACHE;
    for (const compiled of keep === 'replay' ? [script, ...cli.compiledScripts()] : keep === 'commands' ? loaded : [])
      compiled.save();
    // Taking down the heap object by object would cost 3 ms.
    process.exit();
  },
  (error: unknown) => {
    process.exitCode = 2;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`replay: internal error, please report it with the log that shows it\n${detail}\n`);
  },
);
