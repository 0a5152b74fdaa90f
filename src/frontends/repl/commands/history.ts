// The timeline as a list: one line for each position.

import { GENERAL_REGISTERS, type GeneralRegister } from '../../../machine/registers.ts';
import type { Instruction } from '../../../session/instruction.ts';
import type { Position } from '../../../session/timeline.ts';
import { inline } from '../../wording/value.ts';
import type { Desk } from './command.ts';
import { travelOf } from './move.ts';
import { countIn } from './operands.ts';

const TEXT_COLUMNS = 30;
const SHOWN_AROUND = 10;

export function timelineLines(argument: string, desk: Desk): readonly string[] {
  const { positions } = travelOf(desk.target);
  const around = argument.trim() === '' ? SHOWN_AROUND : countIn(argument, desk);
  const { position: here, line } = desk.target.place;
  const first = Math.max(0, here - around);
  const last = Math.min(positions.length - 1, here + around);
  const width = String(positions.length - 1).length;
  return [
    ...(first > 0 ? [`   (${first} earlier)`] : []),
    ...positions.slice(first, last + 1).map((position) => {
      const mark = position.index === here ? (line === 'diversion' ? 'd>' : '=>') : '  ';
      const doubt = position.step?.path === 'assumed' ? '┆' : ' ';
      const { instruction } = position;
      const text = instruction ? desk.annotations.text(instruction) : '?';
      const effect = effectText(position, positions[position.index + 1]);
      return `${mark}${doubt}${String(position.index).padStart(width)}  ${desk.annotations.place(position.address)}  ${text.padEnd(TEXT_COLUMNS)}  ${effect}`.trimEnd();
    }),
    ...(last < positions.length - 1 ? [`   (${positions.length - 1 - last} later)`] : []),
  ];
}

/** What an instruction of the lead-up left in registers. */
function effectText(position: Position, after: Position | undefined): string {
  if (after === undefined) return '✗ the fault';
  const { step, instruction } = position;
  if (step?.notes.includes('taken')) return 'taken';
  if (step?.notes.includes('not-taken')) return 'not taken';
  if (step?.notes.includes('callee-not-shown')) return 'callee not shown';
  // Rounds of the faulting instruction that are not shown may have moved what it counts and points with since.
  const moved = after.step === undefined && step?.round === undefined && after.instruction?.prefixes.rep !== 'none';
  return GENERAL_REGISTERS.filter((name) => writesTo(instruction, name))
    .map((name) => {
      const isLost = moved && writesTo(after.instruction, name);
      return `%${name} ← ${isLost ? '?' : inline(after.registers()[name])}`;
    })
    .join(', ');
}

function writesTo(instruction: Instruction | undefined, name: GeneralRegister): boolean {
  return (instruction?.registers ?? []).some(
    (use) => use.access.includes('write') && (use.name === name || (name[1] !== 's' && name.slice(1) === use.name)),
  );
}
