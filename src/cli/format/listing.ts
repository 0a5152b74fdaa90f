// Listings: one instruction a line with address, bytes and text, and the code around the fault.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { Instruction } from '../../decoder/instruction.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
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
  const bytes = [...instruction.bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const shown = bytes.length > BYTES_SHOWN ? `${bytes.slice(0, BYTES_SHOWN).join(' ')} …` : bytes.join(' ');
  return [
    `  ${placeOf(instruction, snapshot, replay)}  ${style.paint('quiet', shown)}  ${style.decoder.print(instruction, style.syntax)}`,
  ];
}

/** The instructions next to the faulting one. What stands before it in memory need not have run before it. */
export function aroundLines(snapshot: Snapshot, replay: Replay, style: ListingStyle): readonly string[] {
  const { window } = replay;
  if (window?.faulting === undefined) return [];
  const before = window.before.slice(-BEFORE);
  const after = window.after.slice(0, AFTER);
  if (before.length + after.length === 0) return [];
  const line = (instruction: Instruction, mark: string) =>
    `  ${mark} ${placeOf(instruction, snapshot, replay)}  ${style.decoder.print(instruction, style.syntax)}`;
  return [
    '  Code around it',
    ...before.map((instruction) => line(instruction, ' ')),
    style.paint('mark', line(window.faulting, '▶')),
    ...after.map((instruction) => line(instruction, ' ')),
  ];
}

/** The address, or the symbol and offset where the log prints no numeric EIP. */
export function placeOf(instruction: Instruction, snapshot: Snapshot, replay: Replay): string {
  if (replay.codeBase !== 'synthetic') return hex32(instruction.address);
  const eip = replay.machine?.state.registers.eip ?? instruction.address;
  const distance = instruction.address - eip;
  const symbol = snapshot.symbol?.value;
  if (symbol?.name === undefined || symbol.offset === undefined) return `EIP${signed(distance)}`;
  const offset = symbol.offset + distance;
  return offset < 0 ? `${symbol.name}${signed(offset)}` : `${symbol.name}+0x${offset.toString(16)}`;
}

function signed(distance: number): string {
  return distance < 0 ? `-0x${(-distance).toString(16)}` : `+0x${distance.toString(16)}`;
}
