// The x command: memory in gdb's formats, instructions and strings. Unknown bytes are question marks; pages that refuse access say so.

import { byteText } from '../../../machine/byte-text.ts';
import { hex32, type U32, wrapU32 } from '../../../machine/u32.ts';
import { type KnownByte, leastCertain, wordOf } from '../../../session/known-value.ts';
import { type MachineView, readBytes } from '../../../session/machine-view.ts';
import { unbroken } from '../../wording/unbroken.ts';
import { MARKS, markedByte } from '../../wording/value.ts';
import { CommandError } from '../command-error.ts';
import { type Answer, type Desk, say } from './command.ts';
import { addressIn } from './operands.ts';

interface Format {
  readonly count: number;
  readonly letter: string;
  readonly size: 1 | 2 | 4;
}

const UNITS: Readonly<Record<string, 1 | 2 | 4>> = { b: 1, h: 2, w: 4 };
const MOST = 1024;
const COLUMNS: Readonly<Record<number, number>> = { 1: 8, 2: 8, 4: 4 };

export function examine(argument: string, desk: Desk): Answer {
  const [, spec = '', text = ''] = /^(?:\/(\w+)\s*)?(.*)$/.exec(argument.trim()) ?? [];
  const format = formatOf(spec);
  const address = addressIn(text === '' ? '$esp' : text, desk);
  if (format.letter === 'i') return instructions(format, address, desk);
  if (format.letter === 's') return strings(format, address, desk);
  const { count, size } = format;
  const columns = format.letter === 't' ? 1 : (COLUMNS[size] as number);
  const lines: string[] = [];
  for (let i = 0; i < count; i += columns) {
    const at = wrapU32(address + i * size);
    const cells = Array.from({ length: Math.min(columns, count - i) }, (_, k) =>
      cell(desk.target.view, wrapU32(at + k * size), format),
    );
    lines.push(`${hex32(at)}: ${cells.join(' ')}${pageRemark(desk.target.view, at)}`.trimEnd());
  }
  return { lines, next: `x/${count}${format.letter}${unitOf(size)} 0x${hex32(wrapU32(address + count * size))}` };
}

function formatOf(spec: string): Format {
  const match = /^(\d*)([a-z]*)$/.exec(spec);
  if (match === null) throw new CommandError(`no format /${spec}`);
  let letter = 'x';
  let size: 1 | 2 | 4 = 4;
  for (const character of match[2] ?? '') {
    const unit = UNITS[character];
    if (unit !== undefined) size = unit;
    else if ('xdutcis'.includes(character)) letter = character;
    else throw new CommandError(`no format /${spec}; N, then one of x d u t c i s, then one of b h w`);
  }
  const count = match[1] === '' ? 1 : Number(match[1]);
  if (count > MOST) throw new CommandError(`${count} is too many; at most ${MOST}`);
  return { count, letter, size: letter === 'c' ? 1 : size };
}

function unitOf(size: number): string {
  return size === 1 ? 'b' : size === 2 ? 'h' : 'w';
}

function cell(view: MachineView, address: U32, { letter, size }: Format): string {
  const bytes = readBytes(view, address, size);
  if (size === 1 && letter === 'x') return markedByte(bytes[0]).padStart(3);
  const { value, provenance } = wordOf(bytes);
  const width = letter === 't' ? size * 8 : letter === 'x' ? size * 2 : letter === 'c' ? 6 : 11;
  if (value === undefined) return ' ?'.padEnd(width + 1);
  return `${MARKS[provenance]}${shown(value, letter, size)}`.padEnd(width + 1);
}

function shown(value: U32, letter: string, size: number): string {
  const bits = size * 8;
  switch (letter) {
    case 'd':
      return String((value << (32 - bits)) >> (32 - bits));
    case 'u':
      return String(value);
    case 't':
      return value.toString(2).padStart(bits, '0');
    case 'c':
      return value >= 0x20 && value < 0x7f ? `'${String.fromCharCode(value)}'` : `\\x${value.toString(16)}`;
    default:
      return value.toString(16).padStart(size * 2, '0');
  }
}

function pageRemark(view: MachineView, address: U32): string {
  const state = view.pageState(address);
  if (state.kind === 'unmapped') return '  (page not present)';
  return state.kind === 'protected' ? `  (page refuses ${state.forbids.join(', ')})` : '';
}

function instructions({ count }: Format, from: U32, { target, annotations }: Desk): Answer {
  const lines: string[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const instruction = target.instructionAt(at);
    if (instruction === undefined) {
      lines.push(`   ${annotations.place(at)}  ?  (the code here is not known)`);
      break;
    }
    const arrow = at === target.place.address ? '=>' : '  ';
    const provenance = leastCertain(
      readBytes(target.view, at, instruction.length).map((byte) => byte?.provenance ?? 'unknown'),
    );
    lines.push(`${arrow} ${annotations.place(at)}${MARKS[provenance]} ${annotations.text(instruction)}`);
    at = wrapU32(at + instruction.length);
  }
  return { ...say(...lines), next: `x/${count}i 0x${hex32(at)}` };
}

/** As in gdb, a longer one goes on in the next line. */
const LONGEST_STRING = 200;
const ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 92: '\\\\' };

/** Bytes up to a zero, to the first unknown one, or to the longest string that is shown in one line. */
function strings({ count }: Format, from: U32, { target }: Desk): Answer {
  const lines: string[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const { text, length, isEnd } = stringAt(at, target.view);
    lines.push(`${hex32(at)}: ${unbroken(text)}`);
    at = wrapU32(at + length);
    if (isEnd) break;
  }
  return { ...say(...lines), next: `x/${count}s 0x${hex32(at)}` };
}

interface ShownString {
  readonly text: string;
  /** Bytes, the zero at its end among them. */
  readonly length: number;
  /** What follows is unknown. */
  readonly isEnd: boolean;
}

function stringAt(from: U32, view: MachineView): ShownString {
  const bytes: KnownByte[] = [];
  while (bytes.length < LONGEST_STRING) {
    const at = wrapU32(from + bytes.length);
    const byte = view.byte(at);
    if (byte === undefined) {
      const rest = `unknown from ${hex32(at)} on${pageRemark(view, at)}`;
      return {
        text: bytes.length === 0 ? ` ?${pageRemark(view, at)}` : `${quoted(bytes)}…  (${rest})`,
        length: bytes.length,
        isEnd: true,
      };
    }
    if (byte.value === 0) return { text: quoted(bytes, byte), length: bytes.length + 1, isEnd: false };
    bytes.push(byte);
  }
  return { text: `${quoted(bytes)}…`, length: bytes.length, isEnd: false };
}

/** `end`: the zero, of which it depends how far the string goes. */
function quoted(bytes: readonly KnownByte[], end?: KnownByte): string {
  const provenance = leastCertain([...bytes, ...(end ? [end] : [])].map((byte) => byte.provenance));
  return `${MARKS[provenance]}"${bytes.map(({ value }) => characterText(value)).join('')}"`;
}

/** Bytes that are no printable ASCII are written as numbers. */
function characterText(byte: number): string {
  return ESCAPES[byte] ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byteText(byte)}`);
}
