// Every memory access of one instruction, before it runs, in the order in which a real CPU makes them.
// The order decides which of two bad addresses faults.

import type { Instruction, MemoryOperand, OperandAccess } from '../decoder/instruction.ts';
import type { RegisterFile, SegmentRegister } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { type LinearAddress, linearAddress, type U32, wrapU32 } from '../machine/u32.ts';
import { effectiveAddress } from './effective-address.ts';

export interface PlannedAccess {
  readonly reads: boolean;
  /** `sometimes`: the instruction decides by a comparison or a mask, but the CPU asks for the permission always. */
  readonly writes: 'never' | 'sometimes' | 'always';
  readonly segment: SegmentRegister;
  readonly effectiveAddress: U32;
  readonly linearAddress: LinearAddress;
  readonly size: number;
}

export type AccessPlan =
  | { readonly kind: 'planned'; readonly accesses: readonly PlannedAccess[] }
  | { readonly kind: 'unknown-segment-base'; readonly segment: SegmentRegister }
  | { readonly kind: 'unplannable'; readonly reason: string };

export function planAccesses(instruction: Instruction, registers: RegisterFile, segments: SegmentFile): AccessPlan {
  if (isRepeatedZeroTimes(instruction, registers)) return { kind: 'planned', accesses: [] };
  const operands = instruction.mnemonic === 'enter' ? enterOperands(instruction) : inCpuOrder(instruction);
  const accesses: PlannedAccess[] = [];
  for (const operand of operands) {
    if (operand.vectorIndex !== undefined)
      return { kind: 'unplannable', reason: 'its addresses are in a vector register' };
    if (operand.access === 'none') continue;
    const { base, selector } = segments[operand.segment];
    // What a null selector points to is no question of its base.
    if (base === undefined && (selector & 0xfffc) !== 0)
      return { kind: 'unknown-segment-base', segment: operand.segment };
    const effective = effectiveAddress(operand, registers);
    accesses.push({
      reads: READS.has(operand.access),
      writes: WRITES[operand.access] ?? 'never',
      segment: operand.segment,
      effectiveAddress: effective,
      linearAddress: linearAddress(base ?? (0 as U32), effective),
      size: operand.size,
    });
  }
  return { kind: 'planned', accesses };
}

const READS: ReadonlySet<OperandAccess> = new Set(['read', 'read-write', 'conditional-read', 'read-conditional-write']);

const WRITES: Partial<Record<OperandAccess, 'sometimes' | 'always'>> = {
  write: 'always',
  'read-write': 'always',
  'conditional-write': 'sometimes',
  'read-conditional-write': 'sometimes',
};

/** True for a string instruction whose count, in ecx or with 16-bit addresses in cx, is 0: it does nothing. */
export function isRepeatedZeroTimes(instruction: Instruction, registers: RegisterFile): boolean {
  if (instruction.prefixes.rep === 'none') return false;
  const narrow = instruction.memory.some((operand) => operand.addressSize === 16);
  return (narrow ? registers.ecx & 0xffff : registers.ecx) === 0;
}

/** Reads come before writes (`push (%eax)`, `pop (%eax)`, `movs`); cmps reads its second operand, (%edi), first. */
function inCpuOrder(instruction: Instruction): readonly MemoryOperand[] {
  const { memory } = instruction;
  if (memory.length < 2) return memory;
  if (instruction.mnemonic === 'cmps') return [...memory].reverse();
  return [...memory.filter((operand) => READS.has(operand.access)), ...memory.filter((o) => !READS.has(o.access))];
}

/** Intel SDM vol. 2A, ENTER: pushes ebp, copies level − 1 frame pointers, pushes the new one. */
function enterOperands(instruction: Instruction): readonly MemoryOperand[] {
  const level = nestingLevel(instruction);
  const [push] = instruction.memory;
  if (push === undefined) return [];
  const { size } = push;
  const operands: MemoryOperand[] = [push];
  const pushAt = (i: number): MemoryOperand => ({ ...push, displacement: wrapU32(-size * (i + 1)) });
  for (let i = 1; i < level; i++) {
    operands.push({ ...push, base: 'ebp', displacement: wrapU32(-size * i), access: 'read' }, pushAt(i));
  }
  if (level > 0) operands.push(pushAt(level));
  return operands;
}

/** The second operand of `enter`, modulo 32. */
export function nestingLevel(instruction: Instruction): number {
  const [, level] = instruction.operands;
  return level?.kind === 'immediate' ? level.value & 31 : 0;
}
