// The command line: names, options, help. The only place that decides the exit code.

import { Command, CommanderError, Option } from 'commander';
import { failureOf } from '../../frontends/unforeseen.ts';
import { isReplayError } from '../../machine/errors.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import { ENDED_BY_CLOSED_PIPE, StandardStream, unwritable } from '../files/standard-stream.ts';
import { loadParts } from '../runtime/load-parts.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { StartedScan } from '../scan/start-scan.ts';
import { isOtherCommand } from './command-names.ts';
import { EXIT } from './exit-codes.ts';
import { type ExplainOptions, explainLogs } from './explain-command.ts';
import { type ColourChoice, createOutput } from './output.ts';
import { VERSION } from './version.ts';

const AFTER_HELP = `
Exit code: 0 every report reproduced, 1 at least one contradicted or not
replayable, 2 wrong usage, unreadable input or no report in it, a result
that cannot be written, or a report that an error of this program spoiled,
141 the reader of the result left before its end.

Examples:
  replay oops.log             explain every report in the log
  dmesg | replay -            read standard input
  replay --json *.log         one JSON object a line for each report`;

interface CommandOptions extends ExplainOptions {
  readonly color: ColourChoice;
}

/** What the launcher began before this bundle was there. */
export interface Begun {
  readonly runtime?: Runtime;
  readonly scan?: StartedScan;
}

/** What the launcher sees of the bundle. */
export interface Cli {
  run(args: readonly string[], begun?: Begun): Promise<number>;
}

/** The parts, loaded by the first who asks. */
function loadOnce({ runtime }: Begun): () => Promise<ReplayParts> {
  let parts: Promise<ReplayParts> | undefined;
  return () => {
    parts ??= loadParts(runtime);
    return parts;
  };
}

/** Runs the command for `args` (without node and script), writes all that there is to say and returns the exit code. */
export async function run(args: readonly string[], begun: Begun = {}): Promise<number> {
  try {
    return await runWithStreams(args, begun);
  } catch (error) {
    complain(failureOf(error));
    return EXIT.unusable;
  }
}

async function runWithStreams(args: readonly string[], begun: Begun): Promise<number> {
  // The parts of the others use Node's streams.
  if (!isOtherCommand(args)) return runCommand(args, begun);
  // What Node's own streams meet, as StandardStream takes it.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ENDED_BY_CLOSED_PIPE);
    complain(unwritable(error));
    process.exit(EXIT.unusable);
  });
  process.stderr.on('error', () => undefined);
  const exitCode = await runCommand(args, begun);
  if (process.stdout.writableLength > 0) await new Promise((resolve) => process.stdout.write('', resolve));
  return exitCode;
}

function complain({ message }: { readonly message: string }): void {
  new StandardStream(2).write([`replay: ${message}`]);
}

/** Lines of our own: help. */
function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** What commander says holds words of the command line: one line, with its suggestion. */
function usageError(message: string): string {
  return message.replace(/\n$/, '').replace(/\n(?=\(Did you mean [^\n]*\)$)/, ' ');
}

async function runCommand(args: readonly string[], begun: Begun): Promise<number> {
  let exitCode: number = EXIT.reproduced;
  const partsOnce = loadOnce(begun);
  const program = new Command('replay')
    .description('Replays 32-bit x86 Linux crash logs: which address faulted, and why.')
    .argument('<log...>', 'crash logs to explain; - is standard input')
    .option('--json', 'print one JSON object a line for each report', false)
    .option('--no-lead-up', 'do not rebuild the instructions before the fault')
    .addOption(new Option('--syntax <syntax>', 'assembler syntax').choices(['att', 'intel']).default('att'))
    .addOption(new Option('--color <when>', 'colour the result').choices(['auto', 'always', 'never']).default('auto'))
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => new StandardStream(1).write(linesOf(text)),
      writeErr: (text) => new StandardStream(2).write(linesOf(text)),
      outputError: (message) => new StandardStream(2).write([usageError(message)]),
    })
    .action(async (logs: string[], options: CommandOptions) => {
      const output = createOutput(options.color);
      exitCode = await explainLogs(logs, options, output, partsOnce, begun.scan);
    });
  const finish = (code: number): void => {
    exitCode = code;
  };
  const test = program.command('test').description('run kept crashes as tests');
  const record = program.command('record').description('keep a crash as a test');
  if (args[0] === 'test' || args[0] === 'record') {
    const { describeRecord, describeTest } = await import('./commands/test-program.ts');
    if (args[0] === 'test') describeTest(test, { once: partsOnce, fresh: () => loadParts() }, finish);
    else describeRecord(record, partsOnce, finish);
  }
  const step = program.command('step').description('walk a crash in both directions');
  const gdb = program.command('gdb').description('serve a crash to gdb');
  let given = args;
  if (args[0] === 'step') {
    const { describeStep, withGdbSpelling } = await import('./commands/step-command.ts');
    describeStep(step, partsOnce, finish);
    given = withGdbSpelling(args);
  }
  if (args[0] === 'gdb') (await import('./commands/gdb-command.ts')).describeGdb(gdb, partsOnce, finish);
  try {
    await program.parseAsync([...given], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.reproduced : EXIT.unusable;
    if (isReplayError(error)) {
      complain(error);
      return EXIT.unusable;
    }
    throw error;
  }
  return exitCode;
}
