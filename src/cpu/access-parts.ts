// In which pieces the CPU makes one access, and what alignment checking asks of each. The order of the pieces decides which address
// CR2 receives; where the manual is silent, it is that of the processors of the differential test.
// Intel SDM vol. 3A, table "Alignment Requirements by Data Type".

import type { Instruction } from '../decoder/instruction.ts';
import { type LinearAddress, wrapU32 } from '../machine/u32.ts';
import type { PlannedAccess } from './plan-accesses.ts';
import type { Vendor } from './vendors.ts';

const EXTENDED_REAL = 10;
const WHOLE_X87: ReadonlySet<string> = new Set(['fstenv', 'fnstenv', 'fsave', 'fnsave', 'fldenv', 'frstor']);
const WHOLE_SSE: ReadonlySet<string> = new Set(['fxsave', 'fxrstor']);

export function accessParts(instruction: Instruction, access: PlannedAccess, vendor: Vendor): readonly PlannedAccess[] {
  const { mnemonic, code } = instruction;
  const { size } = access;
  // An extended real is made as 8 and 2 bytes.
  if (size === EXTENDED_REAL) return split(access, [0, 8], [8, 2]);
  if (mnemonic === 'maskmovdqu')
    return vendor === 'intel' ? split(access, [8, 8], [0, 8]) : split(access, [0, 8], [8, 8]);
  if (mnemonic === 'bound') return split(access, [0, size / 2], [size / 2, size / 2]);
  // The last byte is tried before the bulk.
  if (WHOLE_X87.has(mnemonic)) return split(access, [0, 4], [size - 1, 1], [4, size - 4]);
  if (WHOLE_SSE.has(mnemonic)) return split(access, [size - 1, 1], [0, size]);
  if (access.reads && isFarPointer(code)) return split(access, [0, size - 2], [size - 2, 2]);
  return [access];
}

function isFarPointer(code: string): boolean {
  return code.endsWith('_m1616') || code.endsWith('_m1632');
}

function split(access: PlannedAccess, ...parts: readonly (readonly [offset: number, size: number])[]): PlannedAccess[] {
  return parts.map(([offset, size]) => ({
    ...access,
    effectiveAddress: wrapU32(access.effectiveAddress + offset),
    linearAddress: wrapU32(access.linearAddress + offset) as LinearAddress,
    size,
  }));
}

/** A whole x87 or SSE state: which of its bytes faults first is the processor's choice. */
export function hasLargeOperand({ mnemonic }: Instruction): boolean {
  return WHOLE_X87.has(mnemonic) || WHOLE_SSE.has(mnemonic);
}

/** True for xsave, xrstor and their kin: which byte of the area Intel's try first depends on the features in use. */
export function usesStateArea({ mnemonic }: Instruction): boolean {
  return STATE_AREA.test(mnemonic);
}

const STATE_AREA = /^x(save|rstor)/;

/** Gives the alignment of one part in bytes; 1 if any address will do. Intel's manual leaves it to the processor whether 16 bytes are checked. */
export function accessAlignment({ size }: PlannedAccess, vendor: Vendor): number {
  if (size === 16) return vendor === 'intel' ? 1 : 16;
  return size === 2 || size === 4 || size === 8 ? size : 1;
}

/** What is checked of the whole access before everything else: fxsave and fxrstor raise #AC where else they raise #GP. */
export function wholeAlignment(instruction: Instruction, vendor: Vendor): number {
  return WHOLE_SSE.has(instruction.mnemonic) || (vendor === 'intel' && usesStateArea(instruction)) ? 4 : 1;
}
