// Looking at registers, memory, code and callers.

import { backtraceLines } from '../../backtrace.ts';
import { SHOWN_AROUND, timelineLines } from '../../wording/history.ts';
import { originLines } from '../../wording/origin.ts';
import { MARKS_LEGEND } from '../../wording/value.ts';
import { listingLines } from '../listing.ts';
import { type Command, say } from './command.ts';
import { examine } from './examine.ts';
import { INFO_DETAILS, info, TOPICS } from './info.ts';
import { travelOf } from './move.ts';
import { countIn, placeIn } from './operands.ts';
import { printedLine } from './print.ts';

export const INSPECT_COMMANDS: readonly Command[] = [
  {
    names: ['info', 'i'],
    usage: 'TOPIC',
    summary: 'what is known of a topic; `info registers eax` for one',
    details: INFO_DETAILS,
    group: 'looking',
    completions: TOPICS,
    takesAddress: true,
    run: (argument, desk) => ({ lines: info(argument, desk) }),
  },
  {
    names: ['print', 'p'],
    usage: '[/x /d /u /t] EXPRESSION',
    summary: 'the value of an expression, and how it is known',
    details: [
      'Expressions are as in gdb: $eax+4*$ecx, *($esp+8), {short}$ebx, $zf, $al, and',
      'comparisons. An expression with an unknown part is unknown.',
    ],
    group: 'looking',
    takesAddress: true,
    run: (argument, desk) => say(printedLine(argument, desk)),
  },
  {
    names: ['x'],
    usage: '/NFU ADDR',
    summary: 'memory: x/8wx $esp, x/5i $pc, x/s 0xf21fea80',
    details: [
      'N is how many, F one of x d u t c i s, U one of b h w. An unknown byte is',
      'shown as ?, and words with such a byte too; a string ends before it. Enter',
      'goes on after the last one.',
    ],
    group: 'looking',
    takesAddress: true,
    repeats: true,
    run: examine,
  },
  {
    names: ['disassemble', 'disas'],
    usage: '',
    summary: 'the captured code; - was not executed, => is next',
    group: 'looking',
    run: (_argument, desk) => ({ lines: listingLines(desk) }),
  },
  {
    names: ['backtrace', 'bt'],
    usage: '',
    summary: 'callers, by frame pointers and by the log',
    group: 'looking',
    run: (_argument, desk) => ({ lines: backtraceLines(desk) }),
  },
  {
    names: ['where'],
    usage: '[VALUE came from]',
    summary: '`where $ecx came from`; alone it is bt',
    details: ['VALUE is a register such as $ecx, or memory such as *0xf21fea80.'],
    group: 'looking',
    takesAddress: true,
    run: (argument, desk) => {
      const value = argument.replace(/\s*\bcame\b(\s+from)?\s*$/, '').trim();
      if (value === '') return { lines: backtraceLines(desk) };
      const origin = travelOf(desk.target).origin(placeIn(value, desk));
      return { lines: originLines(origin, desk.target, desk.annotations) };
    },
  },
  {
    names: ['history'],
    usage: '[N]',
    summary: 'the positions around this one, and what each did',
    details: ['┆ marks a position from which another way on fits the log too.'],
    group: 'looking',
    run: (argument, desk) => {
      travelOf(desk.target);
      const around = argument.trim() === '' ? SHOWN_AROUND : countIn(argument, desk);
      return { lines: timelineLines(desk.target, desk.annotations, around) };
    },
  },
];

export const LEGEND = `Marks: ${MARKS_LEGEND}`;
