// The names, options and help of the command. A bundle by itself: a run without options needs nothing of it.

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { NARROWEST, SECTIONS, type Section, WIDEST } from '../../frontends/text/style.ts';
import { ReplayError } from '../../machine/errors.ts';
import { StandardStream } from '../files/standard-stream.ts';
import { COMMANDS, isOtherCommand, type OtherCommand } from './command-names.ts';
import type { PartsLoader } from './commands/scenario-runner.ts';
import { EXIT } from './exit-codes.ts';
import { type CommandOptions, DEFAULT_OPTIONS } from './explain-options.ts';
import { ListOption } from './list-option.ts';
import { createOutput } from './output.ts';
import { VERSION } from './version.ts';

const AFTER_HELP = `
Exit code: 0 every report reproduced, 1 at least one contradicted or not
replayable, 2 wrong usage, unreadable input or no report in it, a result
that cannot be written, or a report that an error of this program spoiled,
141 the reader of the result left before its end.

Examples:
  replay oops.log             explain every report in the log
  dmesg | replay -            read standard input
  replay --only trace oops.log  one section of the text
  replay --json *.log         one JSON object a line for each report`;

/** What the commands run; which has what the command line has loaded already. */
export interface Actions {
  readonly explain: (logs: readonly string[], options: CommandOptions) => Promise<number>;
  readonly parts: PartsLoader;
}

type Finish = (exitCode: number) => void;

/** The exit code. What follows a command's name is the command's: several have a --report of their own. Throws ReplayError where a command does. */
export async function runProgram(words: readonly string[], actions: Actions): Promise<number> {
  const args = helpAsOption(words);
  let exitCode: number = EXIT.reproduced;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = describeProgram(actions, finish);
  const asked = describeCommands(program).find((command) => command.name() === args[0]);
  if (asked !== undefined) await describe(asked, actions, finish);
  try {
    await program.parseAsync([...(await asTyped(args))], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.reproduced : EXIT.unusable;
    throw error;
  }
  return exitCode;
}

/** The program with the options of every command: for what is made of the definitions, and runs none of them. */
export async function wholeProgram(): Promise<Command> {
  const never = (): never => {
    throw new Error('a definition was run');
  };
  const actions: Actions = { explain: never, parts: { once: never, fresh: never } };
  const program = describeProgram(actions, never);
  for (const command of describeCommands(program)) await describe(command, actions, never);
  return program;
}

function describeProgram({ explain, parts }: Actions, finish: Finish): Command {
  return explainOptions(new Command('replay'))
    .enablePositionalOptions()
    .description('Replays 32-bit x86 Linux crash logs: which address faulted, and why.')
    .argument('<log...>', 'crash logs to explain; - is standard input')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', AFTER_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => new StandardStream(1).write(linesOf(text)),
      writeErr: (text) => new StandardStream(2).write(linesOf(text)),
      outputError: (message) => new StandardStream(2).write([usageError(message)]),
    })
    .action(async (logs: string[], given: FirstOptions) =>
      finish(await explainOrWrite(logs, given, { explain, parts })),
    );
}

type FirstOptions = GivenOptions & { readonly html?: string; readonly open?: boolean };

/** Explains logs as text, or writes them into a document. Throws ReplayError where an option needs another. */
async function explainOrWrite(
  logs: readonly string[],
  { html, open = false, ...given }: FirstOptions,
  { explain, parts }: Actions,
): Promise<number> {
  const options = optionsOf(given);
  if (html === undefined && open)
    throw new ReplayError('usage/invalid', {
      message: '--open shows what --html writes; `replay serve --open` needs no file',
    });
  if (html === undefined) return explain(logs, options);
  const { writeHtml } = await import('./commands/html-command.ts');
  return writeHtml({ html, open }, logs, options, createOutput('never'), parts.once);
}

function explainOptions(program: Command): Command {
  const { json, syntax, color } = DEFAULT_OPTIONS;
  return program
    .option('--json', 'print one JSON object a line for each report', json)
    .option('--html <file>', 'write the reports into one HTML file; - is standard output')
    .option('--open', 'with --html: show the file in the browser')
    .option('--no-lead-up', 'do not rebuild the instructions before the fault')
    .addOption(new Option('--syntax <syntax>', 'assembler syntax').choices(['att', 'intel']).default(syntax))
    .addOption(new Option('--color <when>', 'colour the result').choices(['auto', 'always', 'never']).default(color))
    .addOption(
      new Option('--brief', 'what broke, where and how sure; nothing else').conflicts(['full', 'only', 'json']),
    )
    .addOption(new Option('--full', 'everything: whole code window, call trace and stack').conflicts(['only', 'json']))
    .addOption(
      new ListOption('--only <sections>', 'these sections alone, with commas')
        .choices(SECTIONS)
        .argParser(sectionsOf)
        .conflicts('json'),
    )
    .addOption(new Option('--report <n>', 'only the nth report of each log').argParser(numberFrom(1)))
    .addOption(
      new Option('--width <columns>', `columns of the text, ${NARROWEST} to ${WIDEST}`).argParser(
        numberFrom(NARROWEST, WIDEST),
      ),
    );
}

const SUMMARIES: Readonly<Record<OtherCommand, string>> = {
  test: 'run kept crashes as tests',
  record: 'keep a crash as a test',
  step: 'walk a crash in both directions',
  gdb: 'serve a crash to gdb',
  source: 'show the source lines of a crash',
  serve: 'show crashes in the browser',
  completion: 'print the completion script of a shell',
};

/** The commands beside the one that explains, without their options. */
function describeCommands(program: Command): readonly Command[] {
  return Object.entries(SUMMARIES).map(([name, summary]) => program.command(name).summary(summary));
}

/** Gives a command its options. */
async function describe(command: Command, { parts }: Actions, finish: Finish): Promise<void> {
  switch (command.name() as OtherCommand) {
    case 'test':
      return (await import('./commands/test-program.ts')).describeTest(command, parts, finish);
    case 'record':
      return (await import('./commands/test-program.ts')).describeRecord(command, parts.once, finish);
    case 'step':
      return (await import('./commands/step-command.ts')).describeStep(command, parts.once, finish);
    case 'gdb':
      return (await import('./commands/gdb-command.ts')).describeGdb(command, parts.once, finish);
    case 'source':
      return (await import('./commands/source-command.ts')).describeSource(command, finish);
    case 'serve':
      return (await import('./commands/serve-command.ts')).describeServe(command, finish);
    case 'completion':
      return (await import('./commands/completion-command.ts')).describeCompletion(command, wholeProgram, finish);
  }
}

/** The words as the command that was asked for takes them. */
async function asTyped(args: readonly string[]): Promise<readonly string[]> {
  return args[0] === 'step' ? (await import('./commands/step-command.ts')).withGdbSpelling(args) : args;
}

/** `help step` is `step --help`. Throws ReplayError for a command that is not there. */
function helpAsOption(words: readonly string[]): readonly string[] {
  const [first, command] = words;
  if (first !== 'help') return words;
  if (command === undefined || command === 'help') return ['--help'];
  if (!isOtherCommand([command]))
    throw new ReplayError('usage/invalid', {
      message: `there is no command '${command}'; there are ${COMMANDS.join(', ')}`,
    });
  return [command, '--help'];
}

type GivenOptions = Omit<CommandOptions, 'length'> & { readonly brief?: true; readonly full?: true };

function optionsOf({ brief, full, ...options }: GivenOptions): CommandOptions {
  return { ...options, length: brief ? 'brief' : full ? 'full' : DEFAULT_OPTIONS.length };
}

function sectionsOf(list: string): readonly Section[] {
  return list.split(',').map((name) => {
    const section = SECTIONS.find((each) => each === name.trim());
    if (section === undefined)
      throw new InvalidArgumentError(`There is no section '${name.trim()}'; there are ${SECTIONS.join(', ')}.`);
    return section;
  });
}

function numberFrom(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && least <= value && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Lines of our own: help. */
function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** What commander says holds words of the command line: one line, with its suggestion. */
function usageError(message: string): string {
  return message.replace(/\n$/, '').replace(/\n(?=\(Did you mean [^\n]*\)$)/, ' ');
}
