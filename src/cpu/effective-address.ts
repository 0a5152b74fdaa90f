// Computes where a memory operand is, from the registers before the instruction. Intel SDM vol. 1, "Specifying an Offset".

import type { MemoryOperand } from '../decoder/instruction.ts';
import { type RegisterFile, type RegisterName, registerPart } from '../machine/registers.ts';
import { multiplyU32, type U32, wrapU32 } from '../machine/u32.ts';

const PAIRS: Readonly<Record<string, readonly RegisterName[]>> = {
  'bx+si': ['ebx', 'esi'],
  'bx+di': ['ebx', 'edi'],
  'bp+si': ['ebp', 'esi'],
  'bp+di': ['ebp', 'edi'],
};

/** Gives the offset in the segment, modulo 2^32, or 2^16 with 16-bit addresses. It is not for operands with a vector index. */
export function effectiveAddress(operand: MemoryOperand, registers: RegisterFile): U32 {
  const bases = operand.base === undefined ? [] : (PAIRS[operand.base] ?? [operand.base as RegisterName]);
  let offset: number = operand.displacement;
  for (const base of bases) offset += registers[base];
  if (operand.index !== undefined && operand.index !== 'al')
    offset += multiplyU32(registers[operand.index], operand.scale);
  offset += registerOffset(operand, registers);
  return operand.addressSize === 16 ? ((offset & 0xffff) as U32) : wrapU32(offset);
}

/** Signed bytes that a register adds beside base and index: the bit number of bt and its family, the %al of xlat. */
export function registerOffset({ index, bitOffset }: MemoryOperand, registers: RegisterFile): number {
  if (bitOffset !== undefined) return bitStringOffset(bitOffset, registers);
  return index === 'al' ? registers.eax & 0xff : 0;
}

/** bt and its family: a signed bit number in a register selects a word far from the operand. */
function bitStringOffset(register: string, registers: RegisterFile): number {
  const part = registerPart(register);
  if (part === undefined) return 0;
  const value = registers[part.register];
  return part.width === 16 ? (((value << 16) >> 16) >> 4) * 2 : ((value | 0) >> 5) * 4;
}
