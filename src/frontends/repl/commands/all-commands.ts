// The table of commands, help, and how an abbreviation finds its command.

import { nearName } from '../../near-name.ts';
import { CommandError } from '../command-error.ts';
import { type Command, say } from './command.ts';
import { DISPLAY_COMMANDS } from './display.ts';
import { DIVERGE_COMMANDS } from './diverge.ts';
import { INSPECT_COMMANDS, LEGEND } from './inspect.ts';
import { MOVE_COMMANDS } from './move.ts';
import { RUN_ON_COMMANDS } from './run-on.ts';
import { STOP_COMMANDS } from './stops.ts';

const OTHER_COMMANDS: readonly Command[] = [
  {
    names: ['context'],
    usage: '',
    summary: 'show the view of this place again',
    group: 'other',
    run: () => ({ lines: [], changed: true }),
  },
  {
    names: ['help', 'h'],
    usage: '[COMMAND]',
    summary: 'this list, or more about one command',
    group: 'other',
    run: (argument) => say(...(argument.trim() === '' ? overview() : helpOn(findCommand(argument.trim())))),
  },
  {
    names: ['quit', 'q', 'exit'],
    usage: '',
    summary: 'leave; so does Ctrl-D',
    group: 'other',
    run: () => ({ lines: [], quit: true }),
  },
];

export const COMMANDS: readonly Command[] = [
  ...MOVE_COMMANDS,
  ...RUN_ON_COMMANDS,
  ...INSPECT_COMMANDS,
  ...DISPLAY_COMMANDS,
  ...STOP_COMMANDS,
  ...DIVERGE_COMMANDS,
  ...OTHER_COMMANDS,
];

/** By name, abbreviation or unambiguous beginning. Throws CommandError. */
export function findCommand(word: string): Command {
  const exact = COMMANDS.find(({ names }) => names.includes(word));
  if (exact) return exact;
  const found = COMMANDS.filter(({ names }) => names.some((name) => name.startsWith(word)));
  if (found.length === 1) return found[0] as Command;
  if (found.length === 0) {
    const meant = nearName(
      word,
      COMMANDS.flatMap(({ names }) => names.filter((name) => name.length > 1)),
    );
    throw new CommandError(`no command "${word}"; ${meant === undefined ? 'try help' : `did you mean "${meant}"?`}`);
  }
  throw new CommandError(`"${word}" could be ${found.map(({ names }) => names[0]).join(', ')}`);
}

const WHAT_IF = 'What if (the first change begins a diversion; the timeline stays as it is)';

function overview(): readonly string[] {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  return [
    ...groups.flatMap((group) => [
      group === 'what if' ? WHAT_IF : `${group[0]?.toUpperCase()}${group.slice(1)}`,
      ...COMMANDS.filter((command) => command.group === group).map(
        ({ names, summary }) => `  ${names.slice(0, 2).join(', ').padEnd(22)}  ${summary}`,
      ),
    ]),
    LEGEND,
  ];
}

function helpOn({ names, usage, summary, details = [] }: Command): readonly string[] {
  return [
    `${names[0]} ${usage}`.trimEnd(),
    ...(names.length > 1 ? [`  also ${names.slice(1).join(', ')}`] : []),
    `  ${summary}`,
    ...details.map((line) => `  ${line}`),
  ];
}
