// `replay step LOG`: walks a crash in both directions, at a prompt or from a script. Loaded only for this command.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { runScript, type ScriptLine } from '../../../frontends/repl/batch.ts';
import { CommandError } from '../../../frontends/repl/command-error.ts';
import type { Desk } from '../../../frontends/repl/commands/command.ts';
import { Interpreter } from '../../../frontends/repl/interpreter.ts';
import { coloured, plain } from '../../../frontends/repl/paint.ts';
import { runTerminal } from '../../../frontends/repl/terminal.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { EXIT } from '../exit-codes.ts';
import { type ColourChoice, createOutput } from '../output.ts';
import { openLog } from './open-log.ts';

interface StepOptions {
  readonly report?: number;
  readonly syntax: 'att' | 'intel';
  readonly color: ColourChoice;
  readonly batch: boolean;
}

const STEP_HELP = `
At the prompt, \`help\` lists the commands; they are those of gdb where gdb has
them (si, rsi, c, rc, b, watch, info registers, x, p, set, disas, bt).

Exit code: 0, or 2 for wrong usage, an unusable log or a script that failed.

Examples:
  replay step oops.log                              at a prompt
  replay step oops.log --batch -ex start -ex 'x/5i $pc'
  replay step oops.log --batch -x session.txt`;

/** `finish` receives the exit code. */
export function describeStep(
  command: Command,
  loadParts: () => Promise<ReplayParts>,
  finish: (exitCode: number) => void,
): void {
  const script: ScriptLine[] = [];
  command
    .description('Walks a crash in both directions, from the first rebuilt instruction to the fault.')
    .argument('<log>', 'crash log; - is standard input, with --batch')
    .option('--report <n>', 'the report to step through, from 1', positive)
    .option('--batch', 'run the commands given and leave', false)
    .option(
      '-x, --command <file>',
      'run the commands in a file; repeatable',
      (path) => void script.push(...fileLines(path)),
    )
    .option(
      '-e, --ex <command>',
      'run one command; repeatable; -ex as in gdb',
      (text) => void script.push({ text, origin: 'command' }),
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
  script: readonly ScriptLine[],
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
  const desk: Desk = { target: session, annotations, source, writeFile };
  const paint = output.colour ? coloured : plain;
  const screen = () => ({ columns: process.stdout.columns ?? 80, rows: process.stdout.rows ?? 24, paint });
  const interactive = !options.batch && isTerminal && process.stdout.isTTY === true;
  const interpreter = new Interpreter(desk, interactive ? screen : undefined);
  if (script.length === 0 || interactive) output.write(`${interpreter.greeting().join('\n')}\n`);
  const result = runScript(script, interpreter, output);
  if (result.quit || options.batch) return result.failed ? EXIT.unusable : EXIT.reproduced;
  if (!interactive) return runPiped(interpreter, output, result.failed);
  const history = historyFile();
  await runTerminal(interpreter, { input: process.stdin, output: process.stdout }, history.lines, history.keep);
  return EXIT.reproduced;
}

/** Commands from a pipe are a script. */
async function runPiped(
  interpreter: Interpreter,
  output: Parameters<typeof runScript>[2],
  failedBefore: boolean,
): Promise<number> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  const lines = text.split('\n').map((line): ScriptLine => ({ text: line, origin: 'command' }));
  const { failed } = runScript(lines, interpreter, output);
  return failed || failedBefore ? EXIT.unusable : EXIT.reproduced;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

function fileLines(path: string): readonly ScriptLine[] {
  const text = readText(path);
  return text.split('\n').map((line, i) => ({ text: line.replace(/\r$/, ''), origin: { file: path, line: i + 1 } }));
}

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (cause) {
    throw new ReplayError('input/unreadable', { path, reason: systemCode(cause) }, { cause });
  }
}

function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandError(`${path} cannot be written (${systemCode(error)})`);
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

/** Kept between sessions where there is a home directory to keep it in; a history that cannot be kept is no error. */
function historyFile(): { readonly lines: readonly string[]; readonly keep: (lines: readonly string[]) => void } {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  const path = join(state, 'replay', 'step-history');
  const quietly = <T>(action: () => T, otherwise: T): T => {
    try {
      return action();
    } catch {
      return otherwise;
    }
  };
  return {
    lines: quietly(() => readFileSync(path, 'utf8').split('\n').filter(Boolean), []),
    keep: (lines) =>
      quietly(() => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
      }, undefined),
  };
}
