// Which operand of the faulting instruction the fault belongs to, and how its address is made.

import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { type GeneralRegister, type RegisterFile, registerPart } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { linearAddress, multiplyU32, type U32, u32, wrapU32 } from '../machine/u32.ts';
import type { FaultingOperand } from './replay-types.ts';

const TWO_TO_32 = 0x1_0000_0000;
const ZERO = u32(0);

/** True where the operand is a memory access and not only an address computation. */
export function touchesMemory(operand: MemoryOperand): boolean {
  return operand.access !== 'none' && operand.size > 0;
}

/** Offset inside the segment, modulo the address size. Intel SDM vol. 1, "Specifying an Offset". */
export function effectiveAddress(operand: MemoryOperand, registers: RegisterFile): U32 {
  const sum = unwrappedOffset(operand, registers);
  return operand.addressSize === 16 ? wrapU32(sum & 0xffff) : wrapU32(sum % TWO_TO_32);
}

function unwrappedOffset(operand: MemoryOperand, registers: RegisterFile): number {
  const signedDisplacement = operand.displacement | 0;
  const index = operand.index ? registerValue(operand.index, registers) * operand.scale : 0;
  const bits = operand.bitOffset ? bitOffsetBytes(operand, operand.bitOffset, registers) : 0;
  return baseOf(operand, registers) + index + signedDisplacement + bits;
}

/** bt, bts, btr and btc with a register bit offset: the signed offset divided by the operand's width selects the word. */
function bitOffsetBytes(operand: MemoryOperand, name: string, registers: RegisterFile): number {
  const part = registerPart(name);
  if (part === undefined) return 0;
  const value = part.width === 16 ? (registers[part.register] << 16) >> 16 : registers[part.register] | 0;
  return operand.size === 2 ? (value >> 4) * 2 : (value >> 5) * 4;
}

/** The registers that a base stands for: one, or a pair in the 16-bit forms. */
function baseOf({ base }: MemoryOperand, registers: RegisterFile): number {
  return base === undefined ? 0 : base.split('+').reduce((sum, name) => sum + registerValue(name, registers), 0);
}

/** The value of a register or of a part of one, zero-extended. */
function registerValue(name: string, registers: RegisterFile): number {
  const part = registerPart(name);
  if (part === undefined) return 0;
  const value = registers[part.register];
  return part.width === 32 ? value : (value >>> part.shift) & ((1 << part.width) - 1);
}

/** Describes `operand` as it stood when the instruction ran; `missing` registers get no value. */
export function describeOperand(
  operand: MemoryOperand,
  registers: RegisterFile,
  segments: SegmentFile,
  derivedBases: ReadonlySet<string>,
  missing: ReadonlySet<string>,
): FaultingOperand {
  const part = (register: GeneralRegister) =>
    missing.has(register) ? { register } : { register, value: registers[register] };
  const segment = segments[operand.segment];
  const unwrapped = unwrappedOffset(operand, registers) + (segment.base ?? 0);
  const linear = linearAddress(segment.base ?? ZERO, effectiveAddress(operand, registers));
  return {
    operand,
    ...(operand.base && isPlainBase(operand.base) && { base: part(operand.base) }),
    ...(operand.index && operand.index !== 'al' && { index: { ...part(operand.index), scale: operand.scale } }),
    displacement: operand.displacement,
    segment: {
      register: operand.segment,
      ...(segment.base !== undefined && { base: segment.base }),
      baseDerived: derivedBases.has(operand.segment),
    },
    linearAddress: linear,
    ...(unwrapped !== linear && { unwrapped }),
  };
}

function isPlainBase(base: NonNullable<MemoryOperand['base']>): base is GeneralRegister {
  return !base.includes('+');
}

/** The operand whose access starts at `start`, or undefined. */
export function operandAt(
  instruction: Instruction,
  start: U32,
  registers: RegisterFile,
  segments: SegmentFile,
): MemoryOperand | undefined {
  return instruction.memory
    .filter(touchesMemory)
    .find(
      (operand) =>
        linearAddress(segments[operand.segment].base ?? ZERO, effectiveAddress(operand, registers)) === start,
    );
}

/** The value of index × scale modulo 2^32. */
export function scaledIndex(value: U32, scale: number): U32 {
  return multiplyU32(value, scale);
}
