// Which operand of the faulting instruction the fault belongs to, and how its address is made.

import { effectiveAddress, registerOffset } from '../cpu/effective-address.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { type GeneralRegister, type RegisterFile, registerPart } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { linearAddress, type U32, u32 } from '../machine/u32.ts';
import type { FaultingOperand, RegisterOffset } from './replay-types.ts';

const ZERO = u32(0);

/** True where the operand is a memory access and not only an address computation. */
export function touchesMemory(operand: MemoryOperand): boolean {
  return operand.access !== 'none' && operand.size > 0;
}

/** base + index × scale + signed displacement + segment base as whole numbers, before the adder drops what does not fit. */
function unwrappedSum(operand: MemoryOperand, registers: RegisterFile, segmentBase: U32): number {
  const base = operand.base !== undefined && isPlainBase(operand.base) ? registers[operand.base] : 0;
  const index = operand.index !== undefined && operand.index !== 'al' ? registers[operand.index] * operand.scale : 0;
  const isAddress = operand.base === undefined && operand.index === undefined;
  const moved = registerOffset(operand, registers);
  return segmentBase + base + index + moved + (isAddress ? operand.displacement : operand.displacement | 0);
}

/** Describes `operand` as it stood when the instruction ran; `missing` registers get no value. */
export function describeOperand(
  operand: MemoryOperand,
  registers: RegisterFile,
  segments: SegmentFile,
  derivedBases: ReadonlySet<string>,
  missing: ReadonlySet<string>,
  solvedRegisters: ReadonlyMap<GeneralRegister, 'derived' | 'assumed'>,
): FaultingOperand {
  const part = (register: GeneralRegister) => {
    const provenance = solvedRegisters.get(register);
    if (missing.has(register)) return { register };
    return { register, value: registers[register], ...(provenance && { provenance }) };
  };
  const segment = segments[operand.segment];
  const unwrapped = unwrappedSum(operand, registers, segment.base ?? ZERO);
  const moved = registerOffsetOf(operand, registers, missing);
  const linear = linearAddress(segment.base ?? ZERO, effectiveAddress(operand, registers));
  return {
    operand,
    ...(operand.base && isPlainBase(operand.base) && { base: part(operand.base) }),
    ...(operand.index && operand.index !== 'al' && { index: { ...part(operand.index), scale: operand.scale } }),
    ...(moved && { registerOffset: moved }),
    displacement: operand.displacement,
    segment: {
      register: operand.segment,
      ...(segment.base !== undefined && { base: segment.base }),
      baseDerived: derivedBases.has(operand.segment),
    },
    linearAddress: linear,
    ...(operand.addressSize === 32 && unwrapped !== linear && { unwrapped }),
  };
}

function registerOffsetOf(
  operand: MemoryOperand,
  registers: RegisterFile,
  missing: ReadonlySet<string>,
): RegisterOffset | undefined {
  const register = operand.bitOffset ?? (operand.index === 'al' ? operand.index : undefined);
  const part = register === undefined ? undefined : registerPart(register);
  if (register === undefined || part === undefined) return undefined;
  return {
    register,
    shift: operand.bitOffset === undefined ? 0 : part.width === 16 ? 4 : 5,
    ...(!missing.has(part.register) && { bytes: registerOffset(operand, registers) }),
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
