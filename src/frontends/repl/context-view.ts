// What is shown after each stop: registers with changes marked, the code around, the operand worked out, the stack. It fits the terminal.

import type { OperandAccess } from '../../decoder/instruction.ts';
import { GENERAL_REGISTERS, type RegisterName } from '../../machine/registers.ts';
import { hex32, type U32, wrapU32 } from '../../machine/u32.ts';
import type { KnownValue } from '../../session/known-value.ts';
import { type KnownRegisters, readWord } from '../../session/machine-view.ts';
import { type OperandAddress, operandAddresses } from '../../session/operand-address.ts';
import { zoneText } from '../wording/address.ts';
import { flagsText, inline, marked } from '../wording/value.ts';
import type { Desk } from './commands/command.ts';
import { listingLines } from './listing.ts';
import type { Paint } from './paint.ts';

export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines above the view, for why it stopped. */
export const REASON_ROWS = 2;
/** Position line, three headings, prompt, and the reason. */
const FIXED_ROWS = 5 + REASON_ROWS;
const MOST_CODE = 13;
const MOST_STACK = 12;
/** A register with its mark and value, and the gap after it. */
const CELL_COLUMNS = 17;

/** `before`: the registers at the place that was shown last, for the marks. */
export function contextLines(
  desk: Desk,
  before: KnownRegisters | undefined,
  { columns, rows }: ViewSize,
  paint: Paint,
): readonly string[] {
  const operands = operandLines(desk);
  const registers = registerLines(desk.target.view.registers(), before, columns, paint);
  const room = Math.max(4, rows - FIXED_ROWS - registers.length - operands.length);
  const code = Math.min(MOST_CODE, Math.ceil(room * 0.6));
  const stack = Math.min(MOST_STACK, room - code);
  const rule = (title: string) => paint('heading', `── ${title} `.padEnd(columns, '─').slice(0, columns));
  const cut = (line: string) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line);
  return [
    cut(placeLine(desk)),
    rule('registers  (· derived, ≈ assumed, ? unknown, * changed)'),
    ...registers,
    rule('code  (- not executed)'),
    ...listingLines(desk, code).map((line) => paintCode(cut(line), paint)),
    ...operands.map((line) => cut(line)),
    rule('stack'),
    ...stackLines(desk, stack).map(cut),
  ];
}

function paintCode(line: string, paint: Paint): string {
  if (line.startsWith('=>')) return paint('current', line);
  return line[3] === '-' ? paint('quiet', line) : line;
}

function placeLine({ target, annotations }: Desk): string {
  const { place } = target;
  const crashSite = place.isFaulted ? ': crash site, faulted' : ': crash site';
  const where =
    place.line === 'diversion'
      ? `Diversion from position ${place.position}, ${place.executed} on`
      : `Position ${place.position} of ${place.last}${place.position === place.last ? crashSite : ''}`;
  return `${where} · ${annotations.symbol(place.address) ?? annotations.title}`;
}

function registerLines(
  now: KnownRegisters,
  before: KnownRegisters | undefined,
  columns: number,
  paint: Paint,
): readonly string[] {
  const perLine = Math.max(1, Math.min(4, Math.floor((columns + 2) / CELL_COLUMNS)));
  const cell = (name: RegisterName) => {
    const changed = before !== undefined && isChanged(before[name], now[name]);
    const text = `${changed ? '*' : ' '}${name} ${marked(now[name])}`;
    const bare = text.trimEnd();
    return changed ? `${paint('changed', bare)}${' '.repeat(text.length - bare.length)}` : text;
  };
  const lines: string[] = [];
  for (let i = 0; i < GENERAL_REGISTERS.length; i += perLine) {
    lines.push(
      GENERAL_REGISTERS.slice(i, i + perLine)
        .map(cell)
        .join('  '),
    );
  }
  const flags = now.eflags.value === undefined ? '' : ` ${flagsText(now.eflags)}`;
  const last = `${cell('eip')}  ${cell('eflags').trimEnd()}`;
  const isNarrow = 2 * CELL_COLUMNS + flags.length > columns;
  return [...lines, ...(isNarrow ? [last, flags] : [`${last}${flags}`])].map((line) => line.trimEnd());
}

export function isChanged(before: KnownValue, now: KnownValue): boolean {
  return before.value !== now.value;
}

/** `reads ·d2ac9d00 + e4 = ·d2ac9de4, holds ·8a200b00`. */
export function operandLines({ target, annotations }: Desk): readonly string[] {
  const instruction = target.instructionAt(target.place.address);
  if (instruction === undefined) return [];
  return operandAddresses(instruction, target.view).map((operand) => {
    const { linear, content, parts, segmentBase } = operand;
    const verb = VERBS[operand.operand.access];
    if (linear.value === undefined) {
      const missing = parts.filter(({ value }) => value.value === undefined).map(({ register }) => `%${register}`);
      if (segmentBase?.value === undefined && segmentBase) missing.push(`the base of %${operand.operand.segment}`);
      return `   ${verb} an unknown address, made of ${missing.join(' and ')}`;
    }
    const page = target.view.pageState(linear.value);
    const holds =
      page.kind === 'unmapped'
        ? `not present (${zoneText(linear.value, annotations.layout)})`
        : page.kind === 'protected'
          ? `refuses ${page.forbids.join(', ')}`
          : `holds ${content.value === undefined ? '?' : markedContent(content, operand.operand.size)}`;
    const sum = sumText(operand);
    return `   ${verb} ${sum === '' ? '' : `${sum} = `}${inline(linear)}, ${holds}`;
  });
}

const VERBS: Readonly<Record<OperandAccess, string>> = {
  none: 'names',
  read: 'reads',
  write: 'writes',
  'read-write': 'reads and writes',
  'conditional-read': 'may read',
  'conditional-write': 'may write',
  'read-conditional-write': 'reads and may write',
};

function markedContent(content: KnownValue, size: number): string {
  return marked(content, Math.min(4, size) * 2).trim();
}

/** Empty where there is nothing to add up. */
function sumText({ parts, displacement, segmentBase }: OperandAddress): string {
  const terms = parts.map(({ value, scale }) => (scale === 1 ? inline(value) : `${inline(value)}×${scale}`));
  if (segmentBase) terms.unshift(`base ${inline(segmentBase)}`);
  const signed = displacement | 0;
  const isPlain = terms.length === 0 || (terms.length === 1 && signed === 0 && parts[0]?.scale === 1);
  if (isPlain) return '';
  const tail = signed === 0 ? '' : signed < 0 ? ` - ${(-signed).toString(16)}` : ` + ${signed.toString(16)}`;
  return `${terms.join(' + ')}${tail}`;
}

function stackLines({ target, annotations }: Desk, rows: number): readonly string[] {
  const registers = target.view.registers();
  const esp = registers.esp.value;
  if (esp === undefined) return ['   %esp is unknown'];
  return Array.from({ length: rows }, (_, i) => {
    const address = wrapU32(esp + 4 * i);
    const word = readWord(target.view, address);
    const pointer = pointersTo(address, registers);
    return `   ${hex32(address)} ${marked(word)}  ${[pointer, remark(address, word)].filter((text) => text !== '').join('; ')}`.trimEnd();
  });

  function remark(address: U32, { value }: KnownValue): string {
    if (value === undefined) return '';
    return annotations.stackRemark(address) ?? annotations.symbol(value) ?? '';
  }
}

function pointersTo(address: U32, registers: KnownRegisters): string {
  return (['esp', 'ebp'] as const)
    .filter((name) => registers[name].value === address)
    .map((name) => `← %${name}`)
    .join(' ');
}
