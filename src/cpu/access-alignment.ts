// What alignment checking (#AC) asks of each access. Intel SDM vol. 3A, table "Alignment Requirements by Data Type".

import type { Instruction } from '../decoder/instruction.ts';
import type { PlannedAccess } from './plan-accesses.ts';

/** In bytes; 1 where any address will do. */
export function accessAlignment(instruction: Instruction, access: PlannedAccess): number {
  const { size } = access;
  if (size === 10) return 8;
  if (size === 6) return 4;
  if (size === 2 || size === 4 || size === 8) return instruction.mnemonic === 'bound' ? size / 2 : size;
  return 1;
}
