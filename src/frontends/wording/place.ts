// How code is named: by its address, or by symbol and offset where the log prints no numeric EIP.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { Instruction } from '../../decoder/instruction.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import { visibleText } from '../../machine/visible-text.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** A longer name would leave no room for the instruction; the title shows it. */
const LONGEST_NAME = 22;

/**
 * Names an address of the captured code: `f88a5aed`; `kfree+0x1f` where the log prints no address, `+0x1f` where the name is long;
 * `EIP-0x4` where not even a symbol is known.
 */
export function placeOf(address: U32, snapshot: Snapshot, replay: Replay): string {
  if (replay.codeBase !== 'synthetic') return hex32(address);
  const distance = address - (replay.machine?.loggedEip ?? address);
  const symbol = snapshot.symbol?.value;
  if (symbol?.name === undefined || symbol.offset === undefined)
    return distance === 0 ? 'EIP' : `EIP${signed(distance)}`;
  const name = visibleText(symbol.name).length > LONGEST_NAME ? '' : symbol.name;
  return `${name}${signed(symbol.offset + distance)}`;
}

/** The listing text; a branch target inside code whose address is our own is named like the code itself. */
export function instructionText(
  instruction: Instruction,
  snapshot: Snapshot,
  replay: Replay,
  { decoder, syntax }: { readonly decoder: Decoder; readonly syntax: Syntax },
): string {
  const text = `${decoder.print(instruction, syntax)}${unsureText(instruction)}`;
  if (replay.codeBase !== 'synthetic' || instruction.target === undefined) return text;
  return text.replace(new RegExp(`(?:0x)?0*${instruction.target.toString(16)}\\b`), () =>
    placeOf(instruction.target as U32, snapshot, replay),
  );
}

/** As `objdump -dr` shows a relocation, since the bytes of the file hold only what is added to it. */
function unsureText({ unsure }: Instruction): string {
  if (unsure === undefined) return '';
  return unsure.code === 'switch' ? '  {may be switched}' : `  {+ ${visibleText(unsure.name)}}`;
}

function signed(distance: number): string {
  return distance < 0 ? `-0x${(-distance).toString(16)}` : `+0x${distance.toString(16)}`;
}
