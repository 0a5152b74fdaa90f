// What if: changing the machine. The first change begins a diversion; the original timeline stays as it is.

import { SEGMENT_REGISTERS } from '../../../machine/registers.ts';
import { hex32, PAGE_SIZE, pageOf, type U32, wrapU32 } from '../../../machine/u32.ts';
import type { DebugTarget, Diversions } from '../../../session/debug-target.ts';
import type { Edit } from '../../../session/edit.ts';
import { flagMask } from '../../wording/value.ts';
import { CommandError } from '../command-error.ts';
import { evaluate } from '../expression.ts';
import { type Answer, type Command, type Desk, say } from './command.ts';
import { diversionLines } from './diversion-text.ts';
import { numberIn, parse, wholeRegister } from './operands.ts';
import { savedDiversion } from './save.ts';

export const DIVERGE_COMMANDS: readonly Command[] = [
  {
    names: ['set'],
    usage: '$REG = VALUE | $zf = 1 | *ADDR = VALUE',
    summary: 'change a register, a flag or memory',
    details: ['*ADDR is a word; {char}ADDR and {short}ADDR are a byte and two.'],
    group: 'what if',
    takesAddress: true,
    run: (argument, desk) => {
      const [left, right] = splitAssignment(argument.replace(/^var(iable)?\s+/, ''));
      return edited(assignment(left, right, desk), desk);
    },
  },
  {
    names: ['assume'],
    usage: 'ADDR VALUE',
    summary: 'give an unknown word of memory a value',
    group: 'what if',
    takesAddress: true,
    run: (argument, desk) => {
      const match = /^\[?(\S+?)\]?\s*=?\s+(\S+)$/.exec(argument.trim());
      if (match === null) throw new CommandError('assume what? assume ADDR VALUE');
      const address = numberIn((match[1] as string).replace(/^\*/, ''), desk);
      const value = numberIn(match[2] as string, desk);
      return edited({ kind: 'memory', address, bytes: littleEndian(value, 4) }, desk);
    },
  },
  {
    names: ['map'],
    usage: 'ADDR [SIZE]',
    summary: 'let the page of ADDR be accessed',
    group: 'what if',
    takesAddress: true,
    run: (argument, desk) => pages(argument, { kind: 'open' }, desk),
  },
  {
    names: ['unmap'],
    usage: 'ADDR [SIZE]',
    summary: 'let every access to the page of ADDR fault',
    group: 'what if',
    takesAddress: true,
    run: (argument, desk) => pages(argument, { kind: 'unmapped' }, desk),
  },
  {
    names: ['patch'],
    usage: 'ADDR BYTES',
    summary: 'change code or data bytes, as in patch $pc 90 90',
    group: 'what if',
    takesAddress: true,
    run: (argument, desk) => {
      const [where = '', ...rest] = argument.trim().split(/\s+/);
      const digits = rest.join('');
      if (!/^([0-9a-f]{2})+$/i.test(digits)) throw new CommandError('bytes are pairs of hexadecimal digits: 90 90');
      const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      return edited({ kind: 'memory', address: numberIn(where.replace(/^\*/, ''), desk), bytes }, desk);
    },
  },
  {
    names: ['diversion'],
    usage: '',
    summary: 'what was changed, where it first goes another way',
    group: 'what if',
    run: (_argument, desk) => say(...diversionLines(desk)),
  },
  {
    names: ['drop'],
    usage: '',
    summary: 'throw the diversion away, go back to its start',
    group: 'what if',
    run: (_argument, { target }) => {
      if (!diversionsOf(target).drop()) throw new CommandError('no diversion is open');
      return { lines: ['The diversion is thrown away.'], changed: true };
    },
  },
  {
    names: ['save'],
    usage: 'FILE',
    summary: 'write the diversion to a file, for a scenario',
    group: 'what if',
    run: (argument, desk) => {
      const path = argument.trim();
      if (path === '') throw new CommandError('save to which file?');
      const report = diversionsOf(desk.target).current;
      if (report === undefined) throw new CommandError('no diversion is open');
      desk.writeFile(path, savedDiversion(report, desk.source));
      return say(`Saved to ${path}.`);
    },
  },
];

function diversionsOf({ diversions }: DebugTarget): Diversions {
  if (diversions === undefined) throw new CommandError('this target cannot be changed');
  return diversions;
}

function edited(edit: Edit, desk: Desk): Answer {
  const diversions = diversionsOf(desk.target);
  const wasOpen = diversions.current !== undefined;
  diversions.edit(edit);
  const begun = `A diversion begins at position ${desk.target.place.position}; the timeline stays as it is.`;
  return { lines: wasOpen ? [] : [begun], changed: true };
}

function splitAssignment(text: string): readonly [string, string] {
  const match = /^(.*?[^=!<>])=(?!=)(.*)$/.exec(text);
  if (match === null) throw new CommandError('set what? set $eax = 5, or set *0xf21fea80 = 0');
  return [(match[1] as string).trim(), (match[2] as string).trim()];
}

function assignment(left: string, right: string, desk: Desk): Edit {
  const place = parse(left, desk);
  const value = numberIn(right, desk);
  if (place.kind === 'memory') {
    const address = evaluate(place.address, desk.target.view).value;
    if (address === undefined) throw new CommandError('the address is unknown here');
    return { kind: 'memory', address, bytes: littleEndian(value, place.size) };
  }
  if (place.kind !== 'register') throw new CommandError('only registers, flags and memory can be set');
  const mask = flagMask(place.name);
  if (mask !== undefined) return { kind: 'flags', mask, value: value === 0 ? 0 : mask };
  if ((SEGMENT_REGISTERS as readonly string[]).includes(place.name)) {
    throw new CommandError('segment registers cannot be set');
  }
  const register = wholeRegister(place.name);
  if (register === undefined || register !== place.name) {
    throw new CommandError(`set the whole register that $${place.name} is part of`);
  }
  return { kind: 'register', register, value };
}

function littleEndian(value: U32, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);
}

const MOST_PAGES = 1024;

function pages(argument: string, state: Extract<Edit, { kind: 'page' }>['state'], desk: Desk): Answer {
  const [where = '', size] = argument.trim().split(/\s+/);
  if (where === '') throw new CommandError('which address?');
  const first = pageOf(numberIn(where.replace(/^\*/, ''), desk));
  const count = size === undefined ? 1 : Math.ceil(numberIn(size, desk) / PAGE_SIZE);
  if (count < 1 || count > MOST_PAGES) throw new CommandError(`1 to ${MOST_PAGES} pages can be changed at once`);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    lines.push(...edited({ kind: 'page', address: wrapU32(first + i * PAGE_SIZE), state }, desk).lines);
  }
  const word = state.kind === 'open' ? 'may be accessed; what it holds is unknown' : 'is not present';
  lines.push(`Page ${hex32(first)}${count > 1 ? ` and ${count - 1} more` : ''} ${word}.`);
  return { lines, changed: true };
}
