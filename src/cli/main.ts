#!/usr/bin/env node
// The `replay` command: starts the bundle of src/cli/run.ts that the build puts beside it, from its compiled form.

import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { requireCached } from './code-cache.ts';
import type { Cli } from './run.ts';

// The WebAssembly disassemblers run for milliseconds: compile what is called, once, with the quick compiler.
setFlagsFromString('--wasm-lazy-compilation');
setFlagsFromString('--wasm-lazy-validation');
setFlagsFromString('--liftoff-only');

// `replay … | head`: a reader that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const bundle = join(__dirname, 'replay.js');
const { exports, script } = requireCached(bundle, `${bundle}.cache`, require);
const cli = exports as Cli;

cli.run(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
    if (process.env.REPLAY_WRITE_CODE_CACHE === '1')
      for (const compiled of [script, ...cli.compiledScripts()]) compiled.save();
  },
  (error: unknown) => {
    process.exitCode = 2;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`replay: internal error, please report it with the log that shows it\n${detail}\n`);
  },
);
