#!/usr/bin/env node
// The `replay` command: begins with the modules, then loads the bundle of command-line.ts that the build puts beside it.

import { join } from 'node:path';
import { loadBundle } from '../runtime/code-cache.ts';
import { beginModules, type RuntimeModules } from '../runtime/modules.ts';
import type { CommandLine } from './command-line.ts';
import { isAboutItself, isPlain } from './command-names.ts';
import { EXIT } from './exit-codes.ts';

async function launch(args: readonly string[]): Promise<void> {
  try {
    const modules = isAboutItself(args) ? undefined : begin();
    const { exports, keepForUser } = loadBundle(join(import.meta.dirname, 'replay.js'));
    const exitCode = await (exports as CommandLine).run(args, modules);
    process.exitCode = exitCode;
    // All is written. What other runs compile is of little use to the one that should be quick.
    if (isPlain(args) && exitCode !== EXIT.unusable) await keepForUser();
    // Taking down the heap object by object would cost 3 ms.
    process.exit();
  } catch (error) {
    // No text of a log is in it: `run` itself says what went wrong while it ran.
    process.exitCode = EXIT.unusable;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`replay: cannot be started, please report it\n${detail}\n`);
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
