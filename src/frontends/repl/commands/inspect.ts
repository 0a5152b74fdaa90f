// Looking at registers and expressions, and at what the session holds.

import { GENERAL_REGISTERS, type RegisterName, SEGMENT_REGISTERS } from '../../../machine/registers.ts';
import { hex32 } from '../../../machine/u32.ts';
import type { KnownValue } from '../../../session/known-value.ts';
import { jsonText } from '../../json-text.ts';
import { valueMeaning } from '../../wording/address.ts';
import { startText } from '../../wording/start-reason.ts';
import { unbroken } from '../../wording/unbroken.ts';
import { flagsText, MARKS_LEGEND, marked, provenanceText } from '../../wording/value.ts';
import { CommandError } from '../command-error.ts';
import { listingLines } from '../listing.ts';
import { shorten } from '../shorten.ts';
import { backtraceLines } from './backtrace.ts';
import { type Command, type Desk, say } from './command.ts';
import { diversionLines } from './diversion-text.ts';
import { examine } from './examine.ts';
import { timelineLines } from './history.ts';
import { valueIn } from './operands.ts';
import { originLines } from './origin-text.ts';
import { breakpointText } from './stops.ts';

const TOPICS = ['registers', 'breakpoints', 'checkpoints', 'diversion', 'log', 'position'] as const;

export const INSPECT_COMMANDS: readonly Command[] = [
  {
    names: ['info', 'i'],
    usage: TOPICS.join(' | '),
    summary: 'what is known of these; `info registers eax` for one',
    group: 'looking',
    completions: TOPICS,
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
    run: (argument, desk) => say(print(argument, desk)),
  },
  {
    names: ['x'],
    usage: '/NFU ADDR',
    summary: 'memory: x/8wx $esp, x/5i $pc, x/16bx 0xf21fea80',
    details: [
      'N is how many, F one of x d u t c i, U one of b h w. An unknown byte is shown',
      'as ?, and words with such a byte too. Enter goes on after the last one.',
    ],
    group: 'looking',
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
    run: (argument, desk) => {
      const value = argument.replace(/\s*\bcame\b(\s+from)?\s*$/, '').trim();
      return { lines: value === '' ? backtraceLines(desk) : originLines(value, desk) };
    },
  },
  {
    names: ['history'],
    usage: '[N]',
    summary: 'the positions around this one, and what each did',
    details: ['┆ marks a position from which another way on fits the log too.'],
    group: 'looking',
    run: (argument, desk) => ({ lines: timelineLines(argument, desk) }),
  },
];

function info(argument: string, desk: Desk): readonly string[] {
  const [written = '', ...rest] = argument.trim().split(/\s+/);
  const topic = TOPICS.filter((name) => name.startsWith(written));
  if (written === '' || topic.length === 0) throw new CommandError(`info about what? ${TOPICS.join(', ')}`);
  switch (written === 'b' ? 'breakpoints' : topic[0]) {
    case 'registers':
      return registerLines(rest, desk);
    case 'breakpoints':
      return breakpointLines(desk);
    case 'checkpoints':
      return checkpointLines(desk);
    case 'diversion':
      return diversionLines(desk);
    case 'position':
      return positionLines(desk);
    default:
      return [desk.annotations.title, desk.annotations.fault, desk.annotations.verdict].filter((line) => line !== '');
  }
}

function registerLines(wanted: readonly string[], desk: Desk): readonly string[] {
  const { view } = desk.target;
  const registers = view.registers();
  const selectors = view.selectors();
  const names = wanted.map((name) => name.replace(/^[$%]/, '').toLowerCase());
  const shown = (name: string) => names.length === 0 || names.includes(name);
  const lines = [
    ...[...GENERAL_REGISTERS, 'eip' as const].map((name): [RegisterName, string] => [
      name,
      registerLine(name, registers[name], meaningOf(registers[name], desk)),
    ]),
    ['eflags', registerLine('eflags', registers.eflags, flagsText(registers.eflags))] as const,
    ...SEGMENT_REGISTERS.map((name) => {
      const { base } = view.segments()[name];
      const known = selectors[name];
      const text = `%${name.padEnd(7)} ${marked(known, 4).padEnd(10)} ${provenanceText(known)}`;
      const baseText = base === undefined ? 'base unknown' : base === 0 ? '' : `base ${hex32(base)}`;
      return [name, baseText === '' ? text : `${text}; ${baseText}`] as const;
    }),
  ].filter(([name]) => shown(name));
  if (lines.length === 0) throw new CommandError(`no register ${wanted.join(' ')}`);
  return lines.map(([, line]) => line.trimEnd());
}

function registerLine(name: string, known: KnownValue, meaning: string): string {
  const shown = name === 'eflags' && known.value === undefined ? '' : meaning;
  return `%${name.padEnd(7)} ${marked(known).padEnd(10)} ${provenanceText(known)}${shown === '' ? '' : `  ${shown}`}`;
}

function meaningOf({ value }: KnownValue, { annotations }: Desk): string {
  if (value === undefined || value < 0x1000) return '';
  return annotations.symbol(value) ?? valueMeaning(value, annotations.layout);
}

function breakpointLines(desk: Desk): readonly string[] {
  const all = desk.target.breakpoints.list();
  if (all.length === 0) return ['No breakpoints or watchpoints.'];
  return all.map((breakpoint) => {
    const times = breakpoint.hits === 1 ? 'once' : `${breakpoint.hits} times`;
    return `${breakpointText(breakpoint, desk)}${breakpoint.hits > 0 ? `, stopped ${times}` : ''}`;
  });
}

function checkpointLines({ target, annotations }: Desk): readonly string[] {
  const { checkpoints, positions } = target.travel ?? { checkpoints: [], positions: [] };
  if (checkpoints.length === 0) return ['No checkpoints.'];
  return checkpoints.map(({ id, position }) => {
    const at = positions[position]?.address;
    return `Checkpoint ${id}: position ${position}${at === undefined ? '' : `, ${annotations.place(at)}`}`;
  });
}

function positionLines({ target, annotations }: Desk): readonly string[] {
  const { place, travel } = target;
  const where = `Position ${place.position} of ${place.last}`;
  const here = annotations.place(place.address);
  const end = place.position === place.last ? ', the crash site' : '';
  const begin = travel ? [`It begins at position 0 because ${startText(travel.startReason, 'here')}.`] : [];
  return place.line === 'diversion'
    ? [`In a diversion from position ${place.position}, ${place.executed} instructions on, at ${here}.`]
    : [`${where}${end}, at ${here}.`, ...begin];
}

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  x: (value) => `0x${value.toString(16)}`,
  d: (value) => String(value | 0),
  u: (value) => String(value),
  t: (value) => value.toString(2),
  o: (value) => `0${value.toString(8)}`,
  c: (value) => `${value & 0xff} ${jsonText(String.fromCharCode(value & 0xff))}`,
};

/** Characters of an expression that are shown before its value. */
const ECHO_LIMIT = 120;

function print(argument: string, desk: Desk): string {
  const [, letter = 'x', text = ''] = /^(?:\/([a-z])\s*)?(.*)$/.exec(argument.trim()) ?? [];
  const format = FORMATS[letter];
  if (format === undefined) throw new CommandError(`no format /${letter}; there are /x /d /u /t /o /c`);
  const known = valueIn(text, desk);
  const echo = unbroken(shorten(text, ECHO_LIMIT));
  if (known.value === undefined) return `${echo} = ?  (unknown)`;
  const isFlags = /^\s*\$e?flags\s*$/.test(text);
  const meaning = isFlags ? flagsText(known) : letter === 'x' ? meaningOf(known, desk) : '';
  const how = known.provenance === 'observed' && !/[$*{]/.test(text) ? '' : `  (${provenanceText(known)})`;
  return `${echo} = ${format(known.value)}${how}${meaning === '' ? '' : `  ${meaning}`}`;
}

export const LEGEND = `Marks: ${MARKS_LEGEND}`;
