// `monitor …`: what gdb has no words for, above all how a value is known.

import { GENERAL_REGISTERS, REGISTER_NAMES, type RegisterName } from '../../machine/registers.ts';
import { hex32, PAGE_SIZE, pageOf, parseHex32, type U32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import { readWord } from '../../session/machine-view.ts';
import type { Annotations } from '../annotations.ts';
import { backtraceLines } from '../backtrace.ts';
import { SHOWN_AROUND, timelineLines } from '../wording/history.ts';
import { originLines } from '../wording/origin.ts';
import { startText } from '../wording/start-reason.ts';
import { inline, provenanceText } from '../wording/value.ts';

const HELP = [
  'monitor position           where this is between the first rebuilt instruction and the fault',
  'monitor history [N]        the positions around this one, and what each did',
  'monitor known              how each register is known: observed, derived, assumed, unknown',
  'monitor known ADDR         how the word at an address is known',
  'monitor where              callers, by frame pointers and by the log, with their names',
  'monitor where REG          where the value of a register came from; ADDR for a word',
  'monitor seek N             go to position N; then say `maint flush reg` to gdb',
  'monitor assume ADDR VALUE  in a diversion: give a word of memory a value',
  'monitor map ADDR           in a diversion: let the page be accessed',
  'monitor unmap ADDR         in a diversion: let accesses to the page fault',
  'monitor drop               throw the diversion away; then say `maint flush reg`',
  'Setting registers or memory begins a diversion; the timeline never changes.',
];

/** Lines to show; none means done. */
export function monitor(text: string, target: DebugTarget, annotations: Annotations): readonly string[] {
  const [command = '', argument = '', second = ''] = text.trim().split(/\s+/);
  switch (command) {
    case 'position':
      return position(target, annotations);
    case 'known':
      return argument === '' ? knownRegisters(target) : withAddress(argument, (address) => knownWord(address, target));
    case 'where':
      return where(argument, target, annotations);
    case 'history':
      return history(argument, target, annotations);
    case 'assume':
      return withAddress(argument, (address) => assume(address, second, target));
    case 'seek':
      return seek(argument, target);
    case 'map':
    case 'unmap':
      return withAddress(argument, (address) => setPage(address, command, target));
    case 'drop':
      return [target.diversions?.drop() ? 'The diversion is thrown away.' : 'No diversion is open.'];
    default:
      return HELP;
  }
}

const WORD = 4;

function addressOf(text: string): U32 | undefined {
  return parseHex32(text.replace(/^0x/i, ''));
}

function withAddress(text: string, use: (address: U32) => readonly string[]): readonly string[] {
  const address = addressOf(text);
  return address === undefined ? [`${text} is no address: 1 to 8 hexadecimal digits`] : use(address);
}

function position({ place, travel }: DebugTarget, annotations: Annotations): readonly string[] {
  const at = annotations.place(place.address);
  if (place.line === 'diversion') {
    return [`In a diversion from position ${place.position}, ${place.executed} instructions on, at ${at}.`];
  }
  const begin = travel ? ` It begins at 0 because ${startText(travel.startReason, 'here')}.` : '';
  return [`Position ${place.position} of ${place.last}, at ${at}.${begin}`];
}

function knownRegisters({ view }: DebugTarget): readonly string[] {
  const registers = view.registers();
  return REGISTER_NAMES.map((name: RegisterName) => {
    const known = registers[name];
    return `${name.padEnd(6)}  ${inline(known).padEnd(9)}  ${provenanceText(known)}`;
  });
}

function knownWord(address: U32, { view }: DebugTarget): readonly string[] {
  const word = readWord(view, address);
  const page = view.pageState(address);
  const state =
    page.kind === 'unmapped'
      ? '; the log says that this page is not present'
      : page.kind === 'protected'
        ? `; the log says that this page refuses ${page.forbids.join(', ')}`
        : '';
  return [`[${hex32(address)}]  ${inline(word)}  ${provenanceText(word)}${state}`];
}

/** Nothing, or `ecx`, `$ecx`, `f21fea80`, `*0xf21fea80`. */
function where(text: string, target: DebugTarget, annotations: Annotations): readonly string[] {
  const { travel } = target;
  if (text === '') return backtraceLines({ target, annotations });
  if (travel === undefined) return ['This target has no timeline.'];
  const name = text.replace(/^[$%]/, '').toLowerCase();
  const register = GENERAL_REGISTERS.find((candidate) => candidate === name);
  if (register !== undefined) return originLines(travel.origin({ kind: 'register', register }), target, annotations);
  const address = addressOf(text.replace(/^\*/, ''));
  if (address === undefined) return ['Where did what come from? monitor where ecx, or monitor where f21fea80'];
  return originLines(travel.origin({ kind: 'memory', address, size: WORD }), target, annotations);
}

function history(text: string, target: DebugTarget, annotations: Annotations): readonly string[] {
  if (target.travel === undefined) return ['This target has no timeline.'];
  if (!/^\d{0,6}$/.test(text)) return [`${text} is no number of positions`];
  return timelineLines(target, annotations, text === '' ? SHOWN_AROUND : Number(text));
}

function assume(address: U32, text: string, { diversions, place }: DebugTarget): readonly string[] {
  const value = addressOf(text);
  if (value === undefined) return ['Assume which value? monitor assume ADDR VALUE, both hexadecimal'];
  if (diversions === undefined) return ['This target cannot be changed.'];
  const bytes = Uint8Array.from({ length: WORD }, (_, i) => (value >>> (8 * i)) & 0xff);
  diversions.edit({ kind: 'memory', address, bytes });
  return [
    `In a diversion from position ${place.position} the word at ${hex32(address)} is taken to be ${hex32(value)}; say \`maint flush dcache\` if gdb has read it.`,
  ];
}

function seek(text: string, { travel }: DebugTarget): readonly string[] {
  const last = (travel?.positions.length ?? 1) - 1;
  if (travel === undefined || !/^\d{1,6}$/.test(text) || Number(text) > last) {
    return [`Positions go from 0 to ${last}.`];
  }
  travel.seek(Number(text));
  return [`At position ${text}; say \`maint flush reg\` so that gdb reads the registers again.`];
}

function setPage(address: U32, command: 'map' | 'unmap', { diversions, place }: DebugTarget): readonly string[] {
  if (diversions === undefined) return ['This target cannot be changed.'];
  const page = pageOf(address);
  diversions.edit({ kind: 'page', address: page, state: { kind: command === 'map' ? 'open' : 'unmapped' } });
  const word = command === 'map' ? 'may be accessed' : 'is not present';
  return [`In a diversion from position ${place.position} the ${PAGE_SIZE} bytes from ${hex32(page)} ${word}.`];
}
