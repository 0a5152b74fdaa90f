// The captured code as lines: which instruction is next, which ran, which were passed by.

import { hex32, type U32 } from '../../machine/u32.ts';
import type { ListedInstruction } from '../../session/debug-target.ts';
import { readBytes } from '../../session/machine-view.ts';
import { markedByte } from '../wording/value.ts';
import type { Desk } from './commands/command.ts';

const ROLE_MARKS: Readonly<Record<ListedInstruction['role'], string>> = {
  'lead-up': ' ',
  'crash-site': '✗',
  'not-run': '-',
  outside: ' ',
};

/** All of it, or `rows` around the place one stands on. */
export function listingLines({ target, annotations }: Desk, rows?: number): readonly string[] {
  const { listing } = target;
  const at = target.place.address;
  const current = listing.findIndex(({ instruction }) => instruction.address === at);
  if (current < 0 && rows !== undefined) return [elsewhere({ target, annotations }, at)];
  const [first, last] = rows === undefined ? [0, listing.length] : around(current, rows, listing.length);
  const shown = listing.slice(first, last);
  const width = Math.max(0, ...shown.map(({ instruction }) => annotations.place(instruction.address).length));
  const breakpoints = new Set(
    target.breakpoints.list().flatMap((breakpoint) => (breakpoint.kind === 'breakpoint' ? [breakpoint.address] : [])),
  );
  const lines = shown.map(({ instruction, role }) => {
    const now = target.instructionAt(instruction.address);
    const changed = now !== instruction && role !== 'outside';
    const arrow = instruction.address === at ? '=>' : breakpoints.has(instruction.address) ? ' b' : '  ';
    const text = now === undefined ? '?' : annotations.text(now);
    return `${arrow} ${ROLE_MARKS[role]} ${annotations.place(instruction.address).padEnd(width)}  ${text}${changed ? '   (patched)' : ''}`;
  });
  return current < 0 ? [elsewhere({ target, annotations }, at), ...lines] : lines;
}

function around(current: number, rows: number, length: number): readonly [number, number] {
  const first = Math.max(0, Math.min(current - Math.ceil(rows / 2), length - rows));
  return [first, first + rows];
}

function elsewhere({ target, annotations }: Pick<Desk, 'target' | 'annotations'>, at: U32): string {
  const instruction = target.instructionAt(at);
  if (instruction) return `=>   ${annotations.place(at)}  ${annotations.text(instruction)}`;
  const bytes = readBytes(target.view, at, 4).map(markedByte);
  return bytes[0] === '?'
    ? `=>   ${hex32(at)}  ?  (outside the captured code)`
    : `=>   ${hex32(at)}  ${bytes.join(' ')}  (no whole instruction)`;
}
