// `monitor …`: what gdb has no words for, above all how a value is known.

import { REGISTER_NAMES, type RegisterName } from '../../machine/registers.ts';
import { hex32, PAGE_SIZE, pageOf, parseHex32, type U32 } from '../../machine/u32.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import { readWord } from '../../session/machine-view.ts';
import type { Annotations } from '../annotations.ts';
import { startText } from '../wording/start-reason.ts';
import { inline, provenanceText } from '../wording/value.ts';

const HELP = [
  'monitor position        where this is between the first rebuilt instruction and the fault',
  'monitor known           how each register is known: observed, derived, assumed, unknown',
  'monitor known ADDR      how the word at an address is known',
  'monitor seek N          go to position N; then say `maint flush reg` to gdb',
  'monitor map ADDR        in a diversion: let the page be accessed',
  'monitor unmap ADDR      in a diversion: let accesses to the page fault',
  'monitor drop            throw the diversion away; then say `maint flush reg`',
  'Setting registers or memory begins a diversion; the timeline never changes.',
];

/** Lines to show; none means done. */
export function monitor(text: string, target: DebugTarget, annotations: Annotations): readonly string[] {
  const [command = '', argument = ''] = text.trim().split(/\s+/);
  switch (command) {
    case 'position':
      return position(target, annotations);
    case 'known':
      return argument === '' ? knownRegisters(target) : withAddress(argument, (address) => knownWord(address, target));
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

function withAddress(text: string, use: (address: U32) => readonly string[]): readonly string[] {
  const address = parseHex32(text.replace(/^0x/i, ''));
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
