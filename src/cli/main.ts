#!/usr/bin/env node
// The `replay` command: starts the bundle of src/cli/run.ts that the build puts beside it, from its compiled form.

import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type CachedScript, requireCached } from './code-cache.ts';
import { isOtherCommand } from './command-names.ts';
import { isWorthAThread, sizeOfLog } from './input.ts';
import type { Begun, Cli } from './run.ts';
import { ScratchReader } from './scratch-reader.ts';
import type { StartedScan } from './start-scan.ts';
import { START_FLAGS } from './v8-flags.ts';
import { compileModules } from './wasm-modules.ts';

for (const flag of START_FLAGS) setFlagsFromString(flag);

const ABOUT_ITSELF: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);
const reader = new ScratchReader();
const COMMANDS = './commands.js';
const SCAN = './start-scan.js';
/** Before anything else: other threads read and compile while this one loads the rest. */
const begun = begin(process.argv.slice(2));
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

// V8 reads a module on another thread, but begins to compile it in a task on this one: give it a turn before the log is read.
const turn = new Promise((resolve) => setImmediate(resolve));
turn
  .then(() => cli.run(process.argv.slice(2), reader, begun))
  .then(
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

/** Nothing where the command only says something about itself, or where files are missing: `loadParts` then tells which. */
function begin(words: readonly string[]): Begun {
  if (words.length === 0 || words.some((word) => ABOUT_ITSELF.has(word))) return {};
  const large = isOtherCommand(words) ? undefined : words.find((word) => isWorthAThread(sizeOfLog(word)));
  const scan =
    large === undefined ? {} : { scan: (require(SCAN) as { startScan(path: string): StartedScan }).startScan(large) };
  try {
    return { ...scan, modules: compileModules(reader) };
  } catch {
    return scan;
  }
}
