// `info TOPIC`: what the session holds.

import { GENERAL_REGISTERS, type RegisterName, SEGMENT_REGISTERS } from '../../../machine/registers.ts';
import { hex32 } from '../../../machine/u32.ts';
import type { KnownValue } from '../../../session/known-value.ts';
import { frameLines } from '../../backtrace.ts';
import { nearName } from '../../near-name.ts';
import { zoneText } from '../../wording/address.ts';
import { startText } from '../../wording/start-reason.ts';
import { flagsText, marked, provenanceText } from '../../wording/value.ts';
import { CommandError } from '../command-error.ts';
import type { Desk } from './command.ts';
import { diversionLines } from './diversion-text.ts';
import { addressIn } from './operands.ts';
import { meaningOf } from './print.ts';
import { breakpointText } from './stops.ts';

export const TOPICS = [
  'registers',
  'all-registers',
  'frame',
  'symbol',
  'breakpoints',
  'checkpoints',
  'diversion',
  'display',
  'log',
  'position',
] as const;

export const INFO_DETAILS: readonly string[] = [
  'registers [NAME...]   each register, how it is known, and what it is',
  'all-registers         the control and debug registers of the log as well',
  'frame                 the frame of this function: return address, saved %ebp',
  'symbol ADDR           the function of an address, as far as the log names it',
  'breakpoints, checkpoints, display, diversion: what was set',
  'log, position         which crash this is; where this is',
];

export function info(argument: string, desk: Desk): readonly string[] {
  const [written = '', ...rest] = argument.trim().split(/\s+/);
  const topic = TOPICS.filter((name) => name.startsWith(written));
  if (written === '' || topic.length === 0) {
    const meant = nearName(written, TOPICS);
    const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
    throw new CommandError(`info about what? ${TOPICS.join(', ')}${hint}`);
  }
  switch (written === 'b' ? 'breakpoints' : topic[0]) {
    case 'registers':
      return registerLines(rest, desk);
    case 'all-registers':
      return [...registerLines([], desk), ...controlLines(desk)];
    case 'frame':
      return frameLines(desk);
    case 'symbol':
      return [symbolLine(rest.join(' '), desk)];
    case 'display':
      return displayLines(desk);
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

/** The log prints them once; that they were the same earlier is not said. */
function controlLines({ annotations: { controlRegisters } }: Desk): readonly string[] {
  return [
    ...controlRegisters.map(
      ({ name, value }) => `%${name.padEnd(7)}  ${hex32(value)}  observed, for the time of the fault`,
    ),
    ...(controlRegisters.length === 0 ? ['The log prints no control registers.'] : []),
    'No log prints the x87, MMX and SSE registers.',
  ];
}

function symbolLine(text: string, desk: Desk): string {
  if (text === '') throw new CommandError('the symbol of which address?');
  const address = addressIn(text, desk);
  const { annotations } = desk;
  const symbol = annotations.symbol(address);
  const place = annotations.place(address);
  if (symbol === undefined && place !== hex32(address)) {
    return `${hex32(address)} is an address that was made up, as the log prints none; it stands for ${place}`;
  }
  return symbol === undefined
    ? `The log names no function at ${hex32(address)} (${zoneText(address, annotations.layout)}).`
    : `${hex32(address)} is ${symbol}`;
}

function displayLines({ displays: { list } }: Desk): readonly string[] {
  if (list.length === 0) return ['Nothing is displayed at stops.'];
  return list.map(({ id, text }) => `${id}: display${text.startsWith('/') ? '' : ' '}${text}`);
}
