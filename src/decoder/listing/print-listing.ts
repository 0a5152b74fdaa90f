// Listing text of one instruction in objdump's form.

import type { Syntax } from '../decoder.ts';
import type { Instruction } from '../instruction.ts';
import type { CapstoneText } from './capstone-text.ts';

const MNEMONIC_WIDTH = 6;

export function printListing(instruction: Instruction, syntax: Syntax, capstone: CapstoneText): string {
  const raw = capstone.text(instruction.bytes, instruction.address, syntax);
  if (raw === undefined) return '(bad)';
  return `${raw.mnemonic.padEnd(MNEMONIC_WIDTH)} ${raw.operands}`.trimEnd();
}
