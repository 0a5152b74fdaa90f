// The completion of fish, from 3.0 on. It completes files wherever no line says that there are none.

import type { CommandModel, Offer, OptionModel } from './command-model.ts';

export function fishCompletion(program: CommandModel): readonly string[] {
  const { commands } = program;
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# fish completion for replay, made by `replay completion fish`',
    '',
    '# Whether this command was named; an empty name is that of none.',
    'function __replay_in',
    '    set -l words (commandline -opc)',
    "    set -l command ''",
    `    if contains -- "$words[2]" ${names}`,
    '        set command $words[2]',
    '    end',
    '    test "$command" = "$argv[1]"',
    'end',
    '',
    '# How many words were typed before this one.',
    'function __replay_after',
    '    test (count (commandline -opc)) -eq $argv[1]',
    'end',
    '',
    '# Words with commas between.',
    'function __replay_list',
    "    set -l typed (string replace -r '^--[^=]*=' '' -- (commandline -ct))",
    "    set -l before (string match -r '.*,' -- $typed)",
    '    for word in $argv',
    '        string match -q -- "*,$word,*" ",$before"; or echo "$before$word"',
    '    end',
    'end',
    '',
    ...commands.map(({ name, summary }) => `complete -c replay -n '__replay_after 1' -a ${name} -d ${quoted(summary)}`),
    ...commandLines('', program),
    ...commands.flatMap((command) => commandLines(command.name, command)),
  ];
}

function commandLines(name: string, { options, arguments: [first] }: CommandModel): readonly string[] {
  const where = `-n ${quoted(`__replay_in ${name === '' ? '""' : name}`)}`;
  const lines = options.map((option) => `complete -c replay ${where} ${optionWords(option)}`);
  if (first?.offer.kind !== 'words') return lines;
  return [
    ...lines,
    `complete -c replay ${where} -f`,
    `complete -c replay -n '__replay_in ${name}; and __replay_after 2' -a ${quoted(first.offer.words.join(' '))}`,
  ];
}

function optionWords({ names, description, value }: OptionModel): string {
  const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const taken = value === undefined ? [] : [action(value.offer)];
  return [...spelled, ...taken, `-d ${quoted(description)}`].join(' ');
}

function action(offer: Offer): string {
  if (offer.kind === 'files') return '-r -F';
  if (offer.kind === 'directories') return "-x -a '(__fish_complete_directories)'";
  if (offer.kind === 'nothing') return '-x';
  const words = offer.words.join(' ');
  return `-x -a ${quoted(offer.isList ? `(__replay_list ${words})` : words)}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
