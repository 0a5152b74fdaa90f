// A manual page of the definitions of the command, in the macros of man(7), which groff and mandoc both read.

import type { ArgumentModel, CommandModel, OptionModel } from '../../src/node/cli/completion/command-model.ts';

/** What is read of the environment; no definition names it. */
const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['NO_COLOR', 'Not empty: no colour (no-color.org).'],
  ['FORCE_COLOR, CLICOLOR_FORCE', 'Colour where the result is no terminal either; 0 is a no.'],
  ['CLICOLOR', '0: no colour.'],
  ['LC_ALL, LC_CTYPE, LANG', 'A locale that is not UTF-8 gives ASCII.'],
  ['XDG_CACHE_HOME', 'Where replay-oops, the folder of compiled scripts, lies; ~/.cache where it is not set.'],
  ['REPLAY_NO_CACHE', '1: no such folder is read or written.'],
];
const EXIT_STATUS = /^Exit code: /;
const EXAMPLES = /^Examples:$/;

export function manualPage(program: CommandModel, version: string): string {
  const { name, commands } = program;
  const blocks = blocksOf(program.after);
  const others = blocks.filter(([first = '']) => !EXIT_STATUS.test(first) && !EXAMPLES.test(first));
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${escaped(`${name} ${version}`)}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${line(withoutStop(program.description))}`,
    '.SH SYNOPSIS',
    ...[program, ...commands].flatMap(({ usage }) => ['.br', bold(usage)]).slice(1),
    '.SH DESCRIPTION',
    line(program.description),
    ...others.flatMap(blockLines),
    ...program.arguments.flatMap(argumentLines),
    '.SH OPTIONS',
    ...program.options.flatMap(optionLines),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH EXIT STATUS',
    ...blocks.filter(([first = '']) => EXIT_STATUS.test(first)).flatMap((block) => exitStatus(block)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([names, meaning]) => ['.TP', bold(names), line(meaning)]),
    '.SH EXAMPLES',
    ...blocks.filter(([first = '']) => EXAMPLES.test(first)).flatMap(([, ...examples]) => asTyped(examples).slice(1)),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: CommandModel): readonly string[] {
  return [
    `.SS ${escaped(command.usage)}`,
    line(command.description),
    ...command.arguments.flatMap(argumentLines),
    ...command.options.flatMap(optionLines),
    ...blocksOf(command.after).flatMap(blockLines),
  ];
}

function argumentLines({ name, description, offer }: ArgumentModel): readonly string[] {
  const choices = offer.kind === 'words' ? `: ${offer.words.join(', ')}` : '';
  return ['.TP', `\\fI${escaped(name)}\\fR`, line(`${description}${choices}`)];
}

function optionLines({ flags, description, value, default: usual }: OptionModel): readonly string[] {
  const choices = value?.offer.kind === 'words' ? `: ${value.offer.words.join(', ')}` : '';
  return ['.TP', bold(flags), line(`${description}${choices}${usual === undefined ? '' : ` (default: ${usual})`}`)];
}

/** Runs of lines with empty lines between. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  return lines
    .join('\n')
    .split(/\n{2,}/)
    .filter((block) => block !== '')
    .map((block) => block.split('\n'));
}

/** A heading with lines that are set in, which stay as they are, or a paragraph. */
function blockLines(block: readonly string[]): readonly string[] {
  const [first = '', ...rest] = block;
  if (rest.length > 0 && rest.every((each) => each.startsWith('  '))) return ['.PP', line(first), ...asTyped(rest)];
  return ['.PP', line(block.join(' '))];
}

function exitStatus(block: readonly string[]): readonly string[] {
  return [line(block.join(' ').replace(EXIT_STATUS, ''))];
}

function asTyped(lines: readonly string[]): readonly string[] {
  return ['.PP', '.nf', '.RS 4', ...lines.map((each) => line(each.replace(/^ {2}/, ''))), '.RE', '.fi'];
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

/** A line of text: one that begins like a request is none. */
function line(text: string): string {
  return escaped(text).replace(/^[.']/, '\\&$&');
}

/** Characters that roff or its fonts would change. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}
