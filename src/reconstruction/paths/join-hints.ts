// Signs in straight code that an instruction is also reached from elsewhere, although no captured branch goes there. Compilers forget at a
// label what registers hold, and what they made right before a label for nothing they made for another way.

import type { Instruction, MemoryOperand } from '../../decoder/instruction.ts';
import { registerPart } from '../../machine/registers.ts';
import { writes } from '../lift/lift.ts';

/** True where `next`, which follows `previous` in memory, looks like a place where ways join. */
export function hintsAtJoin(previous: Instruction, next: Instruction): boolean {
  return madeForNothing(previous, next) || readsBackWhatWasStored(previous, next);
}

/** `mov 8(%ebp),%eax; mov 12(%ebp),%eax`: the first result is lost. */
function madeForNothing(previous: Instruction, next: Instruction): boolean {
  const [made] = previous.operands;
  if (!['mov', 'movzx', 'movsx', 'lea'].includes(previous.mnemonic) || made?.kind !== 'register') return false;
  const part = registerPart(made.name);
  if (part === undefined || part.width !== 32) return false;
  const uses = next.registers.filter((use) => registerPart(use.name)?.register === part.register);
  return uses.length > 0 && uses.every((use) => use.access === 'write' && use.name === made.name);
}

/** `mov %eax,-8(%ebp); cmp $0,-8(%ebp)`: the register still held it. */
function readsBackWhatWasStored(previous: Instruction, next: Instruction): boolean {
  const [to, from] = previous.operands;
  if (previous.mnemonic !== 'mov' || to?.kind !== 'memory' || from?.kind !== 'register') return false;
  return next.memory.some((operand) => operand.explicit && !isWriteOnly(operand) && sameOperand(operand, to.memory));
}

function isWriteOnly(operand: MemoryOperand): boolean {
  return writes(operand.access) && !operand.access.includes('read');
}

function sameOperand(a: MemoryOperand, b: MemoryOperand): boolean {
  return (
    a.base === b.base &&
    a.index === b.index &&
    a.scale === b.scale &&
    a.displacement === b.displacement &&
    a.size === b.size &&
    a.segment === b.segment
  );
}
