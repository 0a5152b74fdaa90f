// Plans every memory access of one instruction before it runs, in the order in which a real CPU makes them.
// The order decides which of two bad addresses faults.

import type { Instruction, MemoryOperand, OperandAccess } from '../decoder/instruction.ts';
import { type RegisterFile, SEGMENT_REGISTERS, type SegmentRegister } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { type LinearAddress, linearAddress, type U32, wrapU32 } from '../machine/u32.ts';
import type { UnplannedReason } from './cannot-run.ts';
import { effectiveAddress } from './effective-address.ts';
import type { Vendor } from './vendors.ts';

/**
 * `sometimes`: the instruction decides by a comparison or a mask whether it writes, but the CPU asks for the permission always.
 * `probe`: the CPU asks, and never writes.
 */
export type WriteUse = 'never' | 'sometimes' | 'always' | 'probe';

export interface PlannedAccess {
  readonly reads: boolean;
  readonly writes: WriteUse;
  readonly segment: SegmentRegister;
  readonly effectiveAddress: U32;
  readonly linearAddress: LinearAddress;
  readonly size: number;
}

export type AccessPlan =
  | { readonly kind: 'planned'; readonly accesses: readonly PlannedAccess[] }
  | { readonly kind: 'unknown-segment-base'; readonly segment: SegmentRegister }
  | { readonly kind: 'unplannable'; readonly reason: UnplannedReason };

export function planAccesses(
  instruction: Instruction,
  registers: RegisterFile,
  segments: SegmentFile,
  vendor: Vendor,
): AccessPlan {
  if (isRepeatedZeroTimes(instruction, registers)) return { kind: 'planned', accesses: [] };
  const operands = instruction.mnemonic === 'enter' ? enterOperands(instruction) : inCpuOrder(instruction, vendor);
  const probe = instruction.mnemonic === 'enter' ? operands.at(-1) : undefined;
  if (isMasked(instruction)) return { kind: 'unplannable', reason: 'mask' };
  const accesses: PlannedAccess[] = [];
  for (const operand of operands) {
    if (operand.vectorIndex !== undefined) return { kind: 'unplannable', reason: 'vector-addresses' };
    if (operand.access === 'none') continue;
    const { base, selector } = segments[operand.segment];
    // What a null selector points to is no question of its base.
    if (base === undefined && (selector & 0xfffc) !== 0)
      return { kind: 'unknown-segment-base', segment: operand.segment };
    const effective = effectiveAddress(operand, registers);
    accesses.push({
      reads: READS.has(operand.access),
      writes: operand === probe ? 'probe' : writeUse(instruction, operand.access),
      segment: operand.segment,
      effectiveAddress: effective,
      linearAddress: linearAddress(base ?? (0 as U32), effective),
      size: operand.size,
    });
  }
  return { kind: 'planned', accesses };
}

const MASKED: readonly string[] = ['vmaskmov', 'vpmaskmov'];

/** What an AVX mask leaves out does not fault. */
function isMasked(instruction: Instruction): boolean {
  return (
    instruction.memory.length > 0 &&
    (MASKED.some((name) => instruction.mnemonic.startsWith(name)) ||
      instruction.registers.some((use) => /^k[1-7]$/.test(use.name)))
  );
}

const READS: ReadonlySet<OperandAccess> = new Set(['read', 'read-write', 'conditional-read', 'read-conditional-write']);

const WRITES: Partial<Record<OperandAccess, 'sometimes' | 'always'>> = {
  write: 'always',
  'read-write': 'always',
  'conditional-write': 'sometimes',
  'read-conditional-write': 'sometimes',
};

/**
 * The condition of a repeated string instruction is its count, and here it is not 0; a locked cmpxchg that finds another value
 * writes back what it found.
 */
function writeUse(instruction: Instruction, access: OperandAccess): WriteUse {
  const use = WRITES[access] ?? 'never';
  const { rep, lock } = instruction.prefixes;
  return use === 'sometimes' && (rep !== 'none' || lock) ? 'always' : use;
}

/** True for a string instruction whose count, in ecx or with 16-bit addresses in cx, is 0: it does nothing. */
export function isRepeatedZeroTimes(instruction: Instruction, registers: RegisterFile): boolean {
  if (instruction.prefixes.rep === 'none') return false;
  const narrow = instruction.memory.some((operand) => operand.addressSize === 16);
  return (narrow ? registers.ecx & 0xffff : registers.ecx) === 0;
}

/** Reads come before writes (`push (%eax)`, `pop (%eax)`, `movs`). The rest is known only from the processors of the differential test. */
function inCpuOrder(instruction: Instruction, vendor: Vendor): readonly MemoryOperand[] {
  const { memory, mnemonic } = instruction;
  switch (mnemonic) {
    case 'arpl':
      // It writes only if it changes something, and does not ask before that.
      return memory.map((operand) => ({ ...operand, access: 'read' }));
    case 'cmps':
      return readsSourceFirst(instruction, vendor) ? memory : [...memory].reverse();
    case 'push':
    case 'pop':
      return vendor === 'intel' && movesSelector(instruction) ? memory.map(lowWord) : readsFirst(memory);
    case 'retf':
      return [...memory].reverse().map((operand, i) => (vendor === 'intel' && i === 0 ? lowWord(operand) : operand));
    case 'iret':
      // The selector is accessed before eip, and the flags before both.
      return [...memory].reverse();
    case 'popa':
      return withStackPointerSlot(memory);
    default:
      return readsFirst(memory);
  }
}

function readsFirst(memory: readonly MemoryOperand[]): readonly MemoryOperand[] {
  return [...memory.filter((operand) => READS.has(operand.access)), ...memory.filter((o) => !READS.has(o.access))];
}

/** cmps reads (%edi) first, but not by the fast way of comparing bytes that AMD's have, for repe alone. */
function readsSourceFirst({ prefixes, memory }: Instruction, vendor: Vendor): boolean {
  return vendor === 'amd' && prefixes.rep === 'rep' && memory[0]?.size === 1;
}

/** push and pop of a segment register, whose slot may be wider than a selector. */
export function movesSelector({ mnemonic, operands: [operand] }: Instruction): boolean {
  return (
    (mnemonic === 'push' || mnemonic === 'pop') &&
    operand?.kind === 'register' &&
    SEGMENT_REGISTERS.some((segment) => segment === operand.name)
  );
}

function lowWord(operand: MemoryOperand): MemoryOperand {
  return { ...operand, size: 2 };
}

/** popa reads the word of esp too, and drops it. */
function withStackPointerSlot(memory: readonly MemoryOperand[]): readonly MemoryOperand[] {
  const [first] = memory;
  if (first === undefined) return memory;
  const slot = { ...first, displacement: wrapU32(first.displacement + 3 * first.size) };
  return [...memory.slice(0, 3), slot, ...memory.slice(3)];
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
  // The CPU makes sure that the new top of the stack can be written.
  const [allocation] = instruction.operands;
  const locals = allocation?.kind === 'immediate' ? allocation.value & 0xffff : 0;
  operands.push({ ...pushAt(level), displacement: wrapU32(-size * (level + 1) - locals), access: 'conditional-write' });
  return operands;
}

/** The second operand of `enter`, modulo 32. */
export function nestingLevel(instruction: Instruction): number {
  const [, level] = instruction.operands;
  return level?.kind === 'immediate' ? level.value & 31 : 0;
}
