// What EFLAGS is while a repeated cmps or scas goes on: a fault or a trap between its rounds shows it.
// differences.ts, `flags-between-comparisons`.

import type { Instruction } from '../decoder/instruction.ts';
import { ARITHMETIC_FLAGS } from '../machine/eflags.ts';
import type { RegisterFile } from '../machine/registers.ts';
import { wrapU32 } from '../machine/u32.ts';
import type { Vendor } from './vendors.ts';

export function isRepeatedComparison({ mnemonic, prefixes }: Instruction): boolean {
  return prefixes.rep !== 'none' && (mnemonic === 'cmps' || mnemonic === 'scas');
}

/** True where the round that led to `after` was not the last. */
export function isBetweenComparisons(instruction: Instruction, after: RegisterFile): boolean {
  return isRepeatedComparison(instruction) && after.eip === instruction.address;
}

/** Intel's change the flags with the last round. */
export function flagsBetweenRounds(before: RegisterFile, after: RegisterFile, vendor: Vendor): RegisterFile {
  if (vendor !== 'intel') return after;
  return { ...after, eflags: wrapU32((after.eflags & ~ARITHMETIC_FLAGS) | (before.eflags & ARITHMETIC_FLAGS)) };
}
