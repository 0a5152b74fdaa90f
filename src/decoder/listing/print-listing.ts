// Listing text of one instruction in objdump's form: capstone's text, rewritten rule by rule.

import type { Syntax } from '../decoder.ts';
import type { Instruction } from '../instruction.ts';
import { ATT_RULES } from './att-rules.ts';
import type { CapstoneText } from './capstone-text.ts';
import { encodingOf } from './encoding.ts';
import { INTEL_RULES } from './intel-rules.ts';
import { parseRawText, printLine } from './listing-line.ts';
import { type DecodeAlone, separatePrefixes } from './prefix-words.ts';

export function printListing(
  instruction: Instruction,
  syntax: Syntax,
  capstone: CapstoneText,
  decode: DecodeAlone,
): string {
  const { words, core } = separatePrefixes(instruction, decode);
  const raw = capstone.text(core, instruction.address, syntax) ?? { mnemonic: instruction.mnemonic, operands: '' };
  const context = { instruction, encoding: encodingOf(core) };
  const rules = syntax === 'att' ? ATT_RULES : INTEL_RULES;
  const line = rules.reduce((rewritten, rule) => rule(rewritten, context), { ...parseRawText(raw), prefixes: words });
  return printLine(line);
}
