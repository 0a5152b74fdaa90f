// Listings: one instruction a line with address, bytes and text, and the code around the fault.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { Instruction } from '../../decoder/instruction.ts';
import { byteText } from '../../machine/byte-text.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { instructionText, placeOf } from '../wording/place.ts';
import type { Paint } from './paint.ts';

export interface ListingStyle {
  readonly decoder: Decoder;
  readonly syntax: Syntax;
  readonly paint: Paint;
}

const BEFORE = 6;
const AFTER = 3;
const BYTES_SHOWN = 8;

/** The faulting instruction with its bytes. */
export function faultingLine(snapshot: Snapshot, replay: Replay, style: ListingStyle): readonly string[] {
  const { instruction } = replay;
  if (instruction === undefined) return [];
  const bytes = Array.from(instruction.bytes, byteText);
  const shown = bytes.length > BYTES_SHOWN ? `${bytes.slice(0, BYTES_SHOWN).join(' ')} …` : bytes.join(' ');
  const place = placeOf(instruction.address, snapshot, replay);
  return [`  ${place}  ${style.paint('quiet', shown)}  ${instructionText(instruction, snapshot, replay, style)}`];
}

/** The instructions next to the faulting one. What stands before it in memory need not have run before it. */
export function aroundLines(snapshot: Snapshot, replay: Replay, style: ListingStyle): readonly string[] {
  const { window } = replay;
  if (window?.faulting === undefined) return [];
  const before = window.before.slice(-BEFORE);
  const after = window.after.slice(0, AFTER);
  if (before.length + after.length === 0) return [];
  const shown = [...before, window.faulting, ...after];
  const places = shown.map(({ address }) => placeOf(address, snapshot, replay));
  const width = Math.max(...places.map((place) => place.length));
  const line = (instruction: Instruction, mark: string) =>
    `  ${mark} ${placeOf(instruction.address, snapshot, replay).padEnd(width)}  ${instructionText(instruction, snapshot, replay, style)}`;
  return [
    '  Code around it',
    ...before.map((instruction) => line(instruction, ' ')),
    style.paint('mark', line(window.faulting, '▶')),
    ...after.map((instruction) => line(instruction, ' ')),
  ];
}
