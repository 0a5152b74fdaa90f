// The completion of zsh: a function to be loaded from $fpath, or a script to be sourced.

import type { ArgumentModel, CommandModel, Offer, OptionModel } from './command-model.ts';

export function zshCompletion(program: CommandModel): readonly string[] {
  const { commands } = program;
  return [
    '#compdef replay',
    '# zsh completion for replay, made by `replay completion zsh`',
    '',
    '_replay() {',
    '  if (( CURRENT > 2 )); then',
    '    case $words[2] in',
    ...commands.flatMap((command) => [
      `      ${command.name})`,
      '        shift words; (( CURRENT-- ))',
      ...argumentsCall('        ', command, command.arguments.map(argumentSpec)),
      '        return ;;',
    ]),
    '    esac',
    '  fi',
    ...argumentsCall('  ', program, ["'1:log or command:_replay_first'", "'*:log:_files'"]),
    '}',
    '',
    '_replay_first() {',
    '  local ret=1',
    '  local -a commands=(',
    ...commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`),
    '  )',
    '  (( CURRENT == 2 )) && _describe -t commands command commands && ret=0',
    '  _files && ret=0',
    '  return ret',
    '}',
    '',
    'if [[ $funcstack[1] == _replay ]]; then _replay "$@"; else compdef _replay replay; fi',
  ];
}

function argumentsCall(indent: string, { options }: CommandModel, positional: readonly string[]): readonly string[] {
  const specs = [...options.flatMap(optionSpecs), ...positional];
  return [
    `${indent}_arguments -s -S : \\`,
    ...specs.map((spec, i) => `${indent}  ${spec}${i < specs.length - 1 ? ' \\' : ''}`),
  ];
}

/** One for each name; the names of one option exclude each other unless it may be repeated. */
function optionSpecs({ names, description, value, isRepeatable }: OptionModel): readonly string[] {
  const prefix = isRepeatable ? '*' : `(${names.join(' ')})`;
  const text = `[${description.replace(/[\\[\]]/g, '\\$&')}]`;
  return names.map((name) => {
    const taken = value === undefined ? '' : `:${value.name}:${action(value.offer)}`;
    return quoted(`${prefix}${name}${value !== undefined && name.startsWith('--') ? '=' : ''}${text}${taken}`);
  });
}

function argumentSpec({ name, isRequired, isVariadic, offer }: ArgumentModel, index: number): string {
  return quoted(`${isVariadic ? '*' : index + 1}${isRequired || isVariadic ? ':' : '::'}${name}:${action(offer)}`);
}

function action(offer: Offer): string {
  if (offer.kind === 'files') return '_files';
  if (offer.kind === 'directories') return '_files -/';
  if (offer.kind === 'nothing') return ' ';
  const words = offer.words.join(' ');
  return offer.isList ? `_values -s , word ${words}` : `(${words})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
