#!/usr/bin/env node
// The `replay` command: starts the bundle of src/cli/run.ts that the build puts beside it, from its compiled form.

import { join } from 'node:path';
import { isWorthAThread, sizeOfLog } from '../files/input.ts';
import { type CachedScript, evaluateCached, exportsOf } from '../runtime/code-cache.ts';
import { restoreModule } from '../runtime/compiled-module.ts';
import { loadRuntime } from '../runtime/runtime.ts';
import { ScratchReader } from '../runtime/scratch-reader.ts';
import { expectShortRun } from '../runtime/v8-flags.ts';
import type { StartedScan } from '../scan/start-scan.ts';
import type { Begun, Cli } from './command-line.ts';
import { isOtherCommand } from './command-names.ts';

const ABOUT_ITSELF: ReadonlySet<string> = new Set(['-h', '--help', '-V', '--version']);
const reader = new ScratchReader();
const COMMANDS = './commands.js';
const SCAN = './start-scan.js';
/** What this run is to keep for later ones: the build asks for it. */
const keep = process.env.REPLAY_WRITE_CODE_CACHE;
/** Before anything else: other threads read and compile while this one loads the rest. */
const begun = begin(process.argv.slice(2));
const bundle = evaluateCached(join(__dirname, 'replay.js'), reader);
const others: CachedScript[] = [];

// What is kept is for loading before these are set; and the other thread still loads modules of Node.
if (begun.scan) void begun.scan.online.then(expectShortRun);
else if (keep !== 'replay') expectShortRun();

/** `require` for the bundles: the other commands come from their compiled form too. */
function requireBundle(id: string): unknown {
  if (id !== COMMANDS) return require(id);
  const commands = evaluateCached(join(__dirname, COMMANDS), reader);
  others.push(commands);
  return exportsOf(commands, require);
}

const cli = exportsOf(bundle, Object.assign(requireBundle, require)) as Cli;

cli.run(process.argv.slice(2), begun).then(
  (exitCode) => {
    process.exitCode = exitCode;
    const kept = keep === 'replay' ? [bundle, begun.runtime?.icedScript] : keep === 'commands' ? others : [];
    for (const script of kept) script?.save();
    // Taking down the heap object by object would cost 3 ms.
    process.exit();
  },
  (error: unknown) => {
    // No text of a log is in it: `run` itself says what went wrong while it ran.
    process.exitCode = 2;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`replay: cannot be started, please report it\n${detail}\n`);
  },
);

/** Nothing where the command only says something about itself, or where files are missing: `loadParts` then tells which. */
function begin(words: readonly string[]): Begun {
  if (words.length === 0 || words.some((word) => ABOUT_ITSELF.has(word))) return {};
  const large = isOtherCommand(words) ? undefined : words.find((word) => isWorthAThread(sizeOfLog(word)));
  const scan =
    large === undefined ? {} : { scan: (require(SCAN) as { startScan(path: string): StartedScan }).startScan(large) };
  try {
    return { ...scan, runtime: loadRuntime(reader, restoreModule) };
  } catch {
    return scan;
  }
}
