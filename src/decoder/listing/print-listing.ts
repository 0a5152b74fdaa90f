// Listing text of one instruction in objdump's form: a lister's text, rewritten rule by rule.

import type { Syntax } from '../decoder.ts';
import type { Instruction } from '../instruction.ts';
import { ATT_RULES } from './att-rules.ts';
import { encodingOf } from './encoding.ts';
import { INTEL_RULES } from './intel-rules.ts';
import type { Lister } from './lister.ts';
import { type ListingLine, parseRawText, printLine } from './listing-line.ts';
import { type DecodeAlone, separatePrefixes } from './prefix-words.ts';

export function printListing(instruction: Instruction, syntax: Syntax, lister: Lister, decode: DecodeAlone): string {
  return printLine(listingLine(instruction, syntax, lister, decode));
}

/** The memory operand as the line shows it, the first of two; undefined where it shows none with an address in brackets. */
export function printMemoryOperand(
  instruction: Instruction,
  syntax: Syntax,
  lister: Lister,
  decode: DecodeAlone,
): string | undefined {
  const { operands } = listingLine(instruction, syntax, lister, decode);
  for (const operand of operands) {
    const address = BRACKETED[syntax].exec(operand)?.[1];
    if (address !== undefined) return address;
  }
  return undefined;
}

/** The address of an operand, without the mark of an indirect branch (`*`) or the size (`DWORD PTR`). */
const BRACKETED: Readonly<Record<Syntax, RegExp>> = {
  // *%gs:-0x14(%ebp)
  att: /^\*?((?:%[c-gs]s:)?-?(?:0x[0-9a-f]+)?\([^)]*\))/,
  // DWORD PTR gs:[ebp-0x14]
  intel: /((?:[c-gs]s:)?\[[^\]]*\])/,
};

function listingLine(instruction: Instruction, syntax: Syntax, lister: Lister, decode: DecodeAlone): ListingLine {
  const { words, core } = separatePrefixes(instruction, decode);
  const raw = lister.text(core, instruction.address, syntax) ?? { mnemonic: instruction.mnemonic, operands: '' };
  const context = { instruction, encoding: encodingOf(core) };
  const rules = [...(lister.habits?.(syntax) ?? []), ...(syntax === 'att' ? ATT_RULES : INTEL_RULES)];
  return rules.reduce((rewritten, rule) => rule(rewritten, context), { ...parseRawText(raw), prefixes: words });
}
