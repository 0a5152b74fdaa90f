// Blocks of code that do nothing but copy. Where ways join, compilers put the copies that only one of the ways needs on that way: it becomes
// a block of its own, and what stands after it is where the other ways go. The end of a rotated loop is of this kind: `mov %eax,%ebx`, then
// the head, into which the loop is entered by a jump.

import type { Instruction, Operand } from '../../decoder/instruction.ts';
import { isGeneralRegister } from '../../machine/registers.ts';
import { isPadding } from './padding.ts';

/** Copies that are looked back over. */
const LONGEST = 4;

/**
 * True where the instruction `last` ends a block of copies alone: between registers after a conditional branch, or a single one after padding,
 * from a register or the stack frame. `before` gives what stands before an instruction in memory.
 */
export function endsBlockOfCopies(
  last: Instruction,
  before: (instruction: Instruction) => Instruction | undefined,
): boolean {
  if (!isCopy(last, 'frame or register')) return false;
  const previous = before(last);
  if (previous !== undefined && isPadding(previous)) return true;
  let first: Instruction | undefined = last;
  for (let i = 0; i < LONGEST && first !== undefined && isCopy(first, 'register'); i++) {
    first = before(first);
    if (first?.flow === 'conditional-branch') return true;
  }
  return false;
}

function isCopy({ mnemonic, operands }: Instruction, from: 'register' | 'frame or register'): boolean {
  const [to, source] = operands;
  if (mnemonic !== 'mov' || to?.kind !== 'register' || !isGeneralRegister(to.name)) return false;
  return isRegister(source) || (from === 'frame or register' && isFrame(source));
}

function isRegister(operand: Operand | undefined): boolean {
  return operand?.kind === 'register' && isGeneralRegister(operand.name);
}

function isFrame(operand: Operand | undefined): boolean {
  if (operand?.kind !== 'memory') return false;
  const { base, index } = operand.memory;
  return (base === 'ebp' || base === 'esp') && index === undefined;
}
