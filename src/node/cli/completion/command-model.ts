// What the definitions of the command say, as plain data: completion scripts and the manual page are made of it.

import type { Argument, Command, Option } from 'commander';
import { isListOption } from '../list-option.ts';

/** What a shell offers for a value. */
export type Offer =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'files' }
  | { readonly kind: 'directories' }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly isList: boolean };

export interface OptionModel {
  /** As typed: `-x` and `--command`. */
  readonly names: readonly string[];
  /** As the help writes it: `-x, --command <file>`. */
  readonly flags: string;
  readonly description: string;
  /** Undefined for one that takes no value. */
  readonly value?: { readonly name: string; readonly offer: Offer };
  readonly default?: string;
  readonly isRepeatable: boolean;
}

export interface ArgumentModel {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  readonly offer: Offer;
}

export interface CommandModel {
  readonly name: string;
  /** In a few words. */
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly ArgumentModel[];
  readonly options: readonly OptionModel[];
  /** What the help says below the options, in its lines. */
  readonly after: readonly string[];
  readonly commands: readonly CommandModel[];
}

/** Names of values that are files: whoever defines an option uses one of them. */
const FILES: ReadonlySet<string> = new Set(['file', 'log', 'path']);
const DIRECTORY = 'directory';

/** The program with its commands, and with `help`, which has no definition: it is an option of each. */
export function programModel(program: Command): CommandModel {
  const { commands, ...model } = modelOf(program);
  const words = commands.map(({ name }) => name);
  const topic: ArgumentModel = {
    name: 'command',
    description: 'one of the commands',
    isRequired: false,
    isVariadic: false,
    offer: { kind: 'words', words, isList: false },
  };
  const text = { description: 'Says what a command takes.', summary: 'say what a command takes' };
  const help = {
    name: 'help',
    usage: `${program.name()} help [command]`,
    ...text,
    options: [],
    after: [],
    commands: [],
  };
  return { ...model, commands: [...commands, { ...help, arguments: [topic] }] };
}

function modelOf(command: Command): CommandModel {
  const help = command.createHelp();
  const options = [...help.visibleOptions(command)].map(optionModel);
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    description: command.description(),
    usage: help.commandUsage(command),
    arguments: command.registeredArguments.map(argumentModel),
    options,
    after: textAfterHelp(command),
    commands: command.commands.map(modelOf),
  };
}

function optionModel(option: Option): OptionModel {
  const { short, long, flags, description, defaultValue, defaultValueDescription, negate } = option;
  const takesValue = option.required || option.optional;
  const name = /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
  return {
    names: [short, long].filter((each) => each !== undefined),
    flags,
    description,
    isRepeatable: option.variadic || /\brepeatable\b/.test(description),
    ...(takesValue && { value: { name, offer: offerOf(name, option.argChoices, isListOption(option)) } }),
    ...(takesValue &&
      !negate &&
      defaultValue !== undefined && { default: defaultValueDescription ?? String(defaultValue) }),
  };
}

function argumentModel(argument: Argument): ArgumentModel {
  return {
    name: argument.name(),
    description: argument.description,
    isRequired: argument.required,
    isVariadic: argument.variadic,
    offer: offerOf(argument.name(), argument.argChoices, false),
  };
}

function offerOf(name: string, choices: readonly string[] | undefined, isList: boolean): Offer {
  if (choices !== undefined) return { kind: 'words', words: choices, isList };
  if (FILES.has(name)) return { kind: 'files' };
  return { kind: name === DIRECTORY ? 'directories' : 'nothing' };
}

/** Commander keeps it as a listener of its help, so it is what the help has more than its usual part. */
function textAfterHelp(command: Command): readonly string[] {
  const written: string[] = [];
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => void written.push(text) }).outputHelp();
  command.configureOutput({ ...(writeOut && { writeOut }) });
  const after = written.join('').slice(command.helpInformation().length).trim();
  return after === '' ? [] : after.split('\n');
}
