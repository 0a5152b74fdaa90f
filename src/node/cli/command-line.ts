// The command line. With `program.ts` the only place that decides the exit code.

import { failureOf } from '../../frontends/unforeseen.ts';
import { isReplayError } from '../../machine/errors.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import { ENDED_BY_CLOSED_PIPE, StandardStream, unwritable } from '../files/standard-stream.ts';
import { loadParts } from '../runtime/load-parts.ts';
import type { RuntimeModules } from '../runtime/modules.ts';
import { isOtherCommand, isPlain } from './command-names.ts';
import { EXIT } from './exit-codes.ts';
import { explainLogs } from './explain-command.ts';
import { type CommandOptions, DEFAULT_OPTIONS } from './explain-options.ts';
import { createOutput } from './output.ts';

/** What the launcher sees of the bundle. */
export interface CommandLine {
  readonly run: typeof run;
}

/** Runs the command for `args` (without node and script), writes all that there is to say and returns the exit code. */
export async function run(args: readonly string[], modules?: RuntimeModules): Promise<number> {
  try {
    return await runWithStreams(args, modules);
  } catch (error) {
    complain(failureOf(error));
    return EXIT.unusable;
  }
}

async function runWithStreams(args: readonly string[], modules: RuntimeModules | undefined): Promise<number> {
  // The parts of the others use Node's streams.
  if (!isOtherCommand(args)) return runCommand(args, modules);
  // What Node's own streams meet, as StandardStream takes it.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ENDED_BY_CLOSED_PIPE);
    complain(unwritable(error));
    process.exit(EXIT.unusable);
  });
  process.stderr.on('error', () => undefined);
  const exitCode = await runCommand(args, modules);
  if (process.stdout.writableLength > 0) await new Promise((resolve) => process.stdout.write('', resolve));
  return exitCode;
}

async function runCommand(args: readonly string[], modules: RuntimeModules | undefined): Promise<number> {
  const parts = loadOnce(modules);
  const explain = (logs: readonly string[], options: CommandOptions) =>
    explainLogs(logs, options, createOutput(options.color, options.width), parts);
  try {
    // To read options takes 5 ms: most runs have none.
    if (isPlain(args)) return await explain(args, DEFAULT_OPTIONS);
    const { runProgram } = await import('./program.ts');
    return await runProgram(args, { explain, parts: { once: parts, fresh: () => loadParts() } });
  } catch (error) {
    if (!isReplayError(error)) throw error;
    complain(error);
    return EXIT.unusable;
  }
}

/** The parts, loaded by the first who asks. */
function loadOnce(modules: RuntimeModules | undefined): () => Promise<ReplayParts> {
  let parts: Promise<ReplayParts> | undefined;
  return () => {
    parts ??= loadParts(modules);
    return parts;
  };
}

function complain({ message }: { readonly message: string }): void {
  new StandardStream(2).write([`replay: ${message}`]);
}
