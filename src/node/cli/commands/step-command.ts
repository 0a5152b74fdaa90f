// `replay step LOG`: walks a crash in both directions, at a prompt or from a script. Loaded only for this command.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { runScript, type ScriptLine } from '../../../frontends/repl/batch.ts';
import { CommandError } from '../../../frontends/repl/command-error.ts';
import type { DeskParts } from '../../../frontends/repl/commands/command.ts';
import { Interpreter, LINE_LIMIT } from '../../../frontends/repl/interpreter.ts';
import { coloured, plain } from '../../../frontends/repl/paint.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { readBounded, textOfBytes } from '../../files/bounded-read.ts';
import { codeOf, systemReason } from '../../files/system-reason.ts';
import { writeAside } from '../../files/write-aside.ts';
import { EXIT } from '../exit-codes.ts';
import { type ColourChoice, createOutput } from '../output.ts';
import { openLog } from './open-log.ts';
import { openHistory } from './step-history.ts';
import { runTerminal } from './step-terminal.ts';

interface StepOptions {
  readonly report?: number;
  readonly syntax: 'att' | 'intel';
  readonly color: ColourChoice;
  readonly batch: boolean;
}

const STEP_HELP = `
At the prompt, \`help\` lists the commands; they are those of gdb where gdb has
them (si, ni, finish, rsi, c, rc, b, watch, display, info, x, p, set, bt).

Exit code: 0, or 2 for wrong usage, an unusable log or a script that failed,
or 141 if the reader of the result left before its end.

Examples:
  replay step oops.log                              at a prompt
  replay step oops.log --batch -ex start -ex 'x/5i $pc'
  replay step oops.log --batch -x session.txt`;

/** What `-x` and `-ex` gave, in their order. */
type ScriptSource = { readonly file: string; readonly text: string } | { readonly command: string };

/** Most bytes of a script: some 2,000,000 commands. */
const SCRIPT_LIMIT = 16 << 20;

/** `finish` receives the exit code. */
export function describeStep(
  command: Command,
  loadParts: () => Promise<ReplayParts>,
  finish: (exitCode: number) => void,
): void {
  const script: ScriptSource[] = [];
  command
    .description('Walks a crash in both directions, from the first rebuilt instruction to the fault.')
    .argument('<log>', 'crash log; - is standard input, with --batch')
    .option('--report <n>', 'the report to step through, from 1', positive)
    .option('--batch', 'run the commands given and leave', false)
    .option(
      '-x, --command <file>',
      'run the commands in a file; repeatable',
      (path) => void script.push({ file: path, text: scriptText(path) }),
    )
    .option(
      '-e, --ex <command>',
      'run one command; repeatable; -ex as in gdb',
      (command) => void script.push({ command }),
    )
    .addOption(new Option('--syntax <syntax>', 'assembler syntax').choices(['att', 'intel']).default('att'))
    .addOption(new Option('--color <when>', 'colour the result').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', STEP_HELP)
    .action(async (log: string, options: StepOptions) => finish(await step(log, options, script, loadParts)));
}

/** commander reads `-ex` as `-e x`. */
export function withGdbSpelling(args: readonly string[]): readonly string[] {
  return args.map((arg) => (arg === '-ex' ? '--ex' : arg));
}

async function step(
  log: string,
  options: StepOptions,
  script: readonly ScriptSource[],
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  const isTerminal = process.stdin.isTTY === true;
  if (log === '-' && !options.batch) {
    throw new ReplayError('usage/invalid', {
      message: 'standard input is the prompt: name a log file, or use --batch',
    });
  }
  const { session, annotations, source } = await openLog(log, options, loadParts);
  const output = createOutput(options.color);
  const desk: DeskParts = { target: session, annotations, source, writeFile };
  const paint = output.colour ? coloured : plain;
  const screen = () => ({ columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24, paint });
  const interactive = !options.batch && isTerminal && process.stdout.isTTY === true;
  const interpreter = new Interpreter(desk, interactive ? screen : undefined);
  if (script.length === 0 || interactive) output.write(interpreter.greeting());
  const result = runScript(linesOf(script), interpreter, output);
  if (result.quit || options.batch) return result.failed ? EXIT.unusable : EXIT.reproduced;
  if (!interactive) return runPiped(interpreter, output, result.failed);
  const history = openHistory((message) => output.error(message));
  await runTerminal(interpreter, { input: process.stdin, output: process.stdout }, history.lines, history.keep);
  return EXIT.reproduced;
}

/** Commands from a pipe are a script. */
async function runPiped(
  interpreter: Interpreter,
  output: Parameters<typeof runScript>[2],
  failedBefore: boolean,
): Promise<number> {
  let failed = failedBefore;
  for await (const text of linesOfStream(process.stdin)) {
    const result = runScript([{ text, origin: 'command' }], interpreter, output);
    failed ||= result.failed;
    if (result.quit) break;
  }
  return failed ? EXIT.unusable : EXIT.reproduced;
}

/** Lines as they come. Of one that is too long for a command enough is kept to say so. */
async function* linesOfStream(stream: NodeJS.ReadStream): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = String(chunk).split('\n');
    for (const [i, part] of lines.entries()) {
      if (i > 0) {
        yield rest;
        rest = '';
      }
      if (rest.length <= LINE_LIMIT) rest += part.slice(0, LINE_LIMIT + 1);
    }
  }
  if (rest !== '') yield rest;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

function* linesOf(sources: readonly ScriptSource[]): Generator<ScriptLine> {
  for (const source of sources) {
    if ('command' in source) yield { text: source.command, origin: 'command' };
    else yield* linesOfFile(source.file, source.text);
  }
}

function* linesOfFile(file: string, text: string): Generator<ScriptLine> {
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield { text: text.slice(start, stop).replace(/\r$/, ''), origin: { file, line } };
    start = stop + 1;
  }
}

function scriptText(path: string): string {
  try {
    return textOfBytes(readBounded(path === '-' ? STDIN_DESCRIPTOR : path, { limit: SCRIPT_LIMIT, pipes: 'accepted' }));
  } catch (cause) {
    throw new ReplayError('input/unreadable', { path, reason: systemReason(cause) }, { cause });
  }
}

const STDIN_DESCRIPTOR = 0;

function writeFile(path: string, text: string): void {
  try {
    writeAside(path, text);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'its directory is not there' : systemReason(error);
    throw new CommandError(`${path} cannot be written: ${reason}`);
  }
}
