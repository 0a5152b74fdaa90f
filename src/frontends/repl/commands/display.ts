// `display`: expressions and memory that are shown again at every stop.

import { CommandError } from '../command-error.ts';
import type { Display } from '../displays.ts';
import { type Command, type Desk, say } from './command.ts';
import { examine } from './examine.ts';
import { numberIn } from './operands.ts';
import { printedLine } from './print.ts';

/** More than a terminal has rows for. */
const MOST_DISPLAYS = 64;
/** As in gdb: a count, a unit, `i` or `s` look at memory, other formats print the value. */
const MEMORY_FORMAT = /^\/\w*[\dbhwis]/;

export const DISPLAY_COMMANDS: readonly Command[] = [
  {
    names: ['display'],
    usage: '[/FORMAT EXPRESSION]',
    summary: 'show an expression or memory at every stop',
    details: [
      'display $ecx, display/d $edx, display/4wx $esp, display/i $pc, display/s $esi.',
      'Alone it shows all of them now. `info display` lists them.',
    ],
    group: 'looking',
    takesAddress: true,
    run: (argument, desk) => {
      const text = argument.trim();
      if (text === '') return { lines: displayedLines(desk) };
      if (desk.displays.list.length >= MOST_DISPLAYS) {
        throw new CommandError(`${MOST_DISPLAYS} are displayed already; undisplay N deletes one`);
      }
      // What cannot be shown is refused before it gets a number.
      shown(text, desk);
      return { lines: displayLines(desk.displays.add(text), desk) };
    },
  },
  {
    names: ['undisplay'],
    usage: '[N]',
    summary: 'show N no more at stops, or none of them',
    group: 'looking',
    run: (argument, desk) => {
      const { displays } = desk;
      if (argument.trim() === '') {
        displays.clear();
        return say('Nothing is displayed at stops.');
      }
      const id = numberIn(argument, desk);
      if (!displays.remove(id)) throw new CommandError(`no display ${id}`);
      return say(`Display ${id} is deleted.`);
    },
  },
];

/** All of them, for the place where the session stands. */
export function displayedLines(desk: Desk): readonly string[] {
  return desk.displays.list.flatMap((display) => displayLines(display, desk));
}

/** One that cannot be worked out here says why, and stays: it may elsewhere. */
function displayLines({ id, text }: Display, desk: Desk): readonly string[] {
  try {
    const lines = shown(text, desk);
    return MEMORY_FORMAT.test(text) ? [`${id}: x${text}`, ...lines] : lines.map((line) => `${id}: ${line}`);
  } catch (error) {
    if (error instanceof CommandError) return [`${id}: ${text}: ${error.message}`];
    throw error;
  }
}

function shown(text: string, desk: Desk): readonly string[] {
  return MEMORY_FORMAT.test(text) ? examine(text, desk).lines : [printedLine(text, desk)];
}
