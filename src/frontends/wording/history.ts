// The timeline as a list: one line for each position.

import type { Instruction } from '../../decoder/instruction.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../../machine/registers.ts';
import type { DebugTarget } from '../../session/debug-target.ts';
import type { Position } from '../../session/timeline.ts';
import type { Annotations } from '../annotations.ts';
import { inline } from './value.ts';

const TEXT_COLUMNS = 30;
/** Positions before and after the current one, where no number is asked for. */
export const SHOWN_AROUND = 10;

/** Empty where the target has no timeline. */
export function timelineLines(
  { place, travel }: DebugTarget,
  annotations: Annotations,
  around: number,
): readonly string[] {
  const positions = travel?.positions ?? [];
  const { position: here, line } = place;
  const first = Math.max(0, here - around);
  const last = Math.min(positions.length - 1, here + around);
  const width = String(positions.length - 1).length;
  return [
    ...(first > 0 ? [`   (${first} earlier)`] : []),
    ...positions.slice(first, last + 1).map((position) => {
      const mark = position.index === here ? (line === 'diversion' ? 'd>' : '=>') : '  ';
      const doubt = position.step?.path === 'assumed' ? '┆' : ' ';
      const { instruction } = position;
      const text = instruction ? annotations.text(instruction) : '?';
      const effect = effectText(position, positions[position.index + 1]);
      return `${mark}${doubt}${String(position.index).padStart(width)}  ${annotations.place(position.address)}  ${text.padEnd(TEXT_COLUMNS)}  ${effect}`.trimEnd();
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
