#!/usr/bin/env node
// The `replay` command: begins with the modules, then loads the bundle of command-line.ts that the build puts beside it.

import { join } from 'node:path';
import { loadBundle } from '../runtime/code-cache.ts';
import { beginModules, type RuntimeModules } from '../runtime/modules.ts';
import type { CommandLine } from './command-line.ts';
import { isAboutItself } from './command-names.ts';
import { EXIT } from './exit-codes.ts';

async function launch(args: readonly string[]): Promise<void> {
  try {
    const modules = isAboutItself(args) ? undefined : begin();
    const { run } = loadBundle(join(import.meta.dirname, 'replay.js')) as CommandLine;
    process.exitCode = await run(args, modules);
    // Taking down the heap object by object would cost 3 ms.
    process.exit();
  } catch (error) {
    process.exitCode = EXIT.unusable;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`replay: internal error, please report it with the log that shows it\n${detail}\n`);
  }
}

/** Undefined where files are missing: who needs them then says which. */
function begin(): RuntimeModules | undefined {
  try {
    return beginModules();
  } catch {
    return undefined;
  }
}

void launch(process.argv.slice(2));
