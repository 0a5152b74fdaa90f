// No-ops: those that fill the space before aligned code, and those that the kernel can switch to jumps.

import type { Instruction } from '../../decoder/instruction.ts';
import { bytesText } from '../../machine/byte-text.ts';

/** The five-byte no-ops of static branches. Source: arch/x86/include/asm/nops.h. */
const SWITCHES: readonly string[] = ['3e8d742600', '0f1f440000'];

export function isSwitchForm({ bytes }: Instruction): boolean {
  return bytes.length === 5 && SWITCHES.includes(bytesText(bytes));
}

/** Instructions that do nothing, as compilers and assemblers put before aligned code. */
export function isPadding(instruction: Instruction): boolean {
  const { mnemonic, operands } = instruction;
  if (mnemonic === 'nop') return true;
  const [to, from] = operands;
  if (to?.kind !== 'register') return false;
  if (mnemonic === 'lea' && from?.kind === 'memory') {
    const { base, index, displacement } = from.memory;
    return base === to.name && index === undefined && displacement === 0;
  }
  return (mnemonic === 'xchg' || mnemonic === 'mov') && from?.kind === 'register' && from.name === to.name;
}
