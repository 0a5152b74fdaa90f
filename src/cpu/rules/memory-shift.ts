// Shifts of a memory operand by a variable count, and double shifts of one: while memory accesses are watched, this engine computes
// their flags from a value that it has lost. Computed here. Intel SDM vol. 2B, SAL/SAR/SHL/SHR; SHLD; SHRD.

import { EFLAGS } from '../../machine/eflags.ts';
import { registerPart } from '../../machine/registers.ts';
import { advance, type Done, type ExecutionContext, littleEndian, littleEndianBytes } from './rule.ts';

const { CF, PF, AF, ZF, SF, OF } = EFLAGS;

interface Shifted {
  readonly result: bigint;
  readonly carry: bigint;
}

export function memoryShift(context: ExecutionContext): Done | undefined {
  const { instruction, state, accesses } = context;
  const [destination] = instruction.operands;
  const [access] = accesses;
  if (destination?.kind !== 'memory' || access === undefined) return undefined;
  const shift = SHIFTS[instruction.mnemonic];
  const count = countOf(context);
  if (shift === undefined || count === undefined) return undefined;
  if (count === 0) return { kind: 'done', registers: advance(instruction, state.registers, {}) };
  const width = 8 * access.size;
  const before = BigInt(littleEndian(access.bytes));
  const { result, carry } = shift(before, {
    width: BigInt(width),
    count: BigInt(count),
    filler: fillerOf(context, width),
  });
  return {
    kind: 'done',
    registers: advance(instruction, state.registers, {
      eflags: (state.registers.eflags & ~(CF | PF | ZF | SF | OF | AF)) | flagsOf(before, result, carry, width),
    }),
    writes: new Map([[0, littleEndianBytes(Number(result), access.size)]]),
  };
}

interface ShiftInput {
  readonly width: bigint;
  readonly count: bigint;
  /** What comes in from the other register of a double shift. */
  readonly filler: bigint;
}

const SHIFTS: Readonly<Record<string, (value: bigint, input: ShiftInput) => Shifted>> = {
  shl: shiftLeft,
  sal: shiftLeft,
  shr: (value, { count }) => ({ result: value >> count, carry: (value >> (count - 1n)) & 1n }),
  sar: (value, { width, count }) => {
    const signed = BigInt.asIntN(Number(width), value);
    return { result: BigInt.asUintN(Number(width), signed >> count), carry: (signed >> (count - 1n)) & 1n };
  },
  shld: (value, { width, count, filler }) => {
    const wide = ((value << width) | filler) << count;
    return { result: BigInt.asUintN(Number(width), wide >> width), carry: (wide >> (2n * width)) & 1n };
  },
  shrd: (value, { width, count, filler }) => {
    const wide = (filler << width) | value;
    return { result: BigInt.asUintN(Number(width), wide >> count), carry: (wide >> (count - 1n)) & 1n };
  },
};

function shiftLeft(value: bigint, { width, count }: ShiftInput): Shifted {
  const wide = value << count;
  return { result: BigInt.asUintN(Number(width), wide), carry: (wide >> width) & 1n };
}

/** Undefined for the counts that the engine handles: constants of single shifts. */
function countOf({ instruction, state }: ExecutionContext): number | undefined {
  const isDouble = instruction.mnemonic === 'shld' || instruction.mnemonic === 'shrd';
  const count = instruction.operands[isDouble ? 2 : 1];
  if (count?.kind === 'register' && count.name === 'cl') return state.registers.ecx & 31;
  return isDouble && count?.kind === 'immediate' ? count.value & 31 : undefined;
}

function fillerOf({ instruction, state }: ExecutionContext, width: number): bigint {
  const [, second] = instruction.operands;
  const part = second?.kind === 'register' ? registerPart(second.name) : undefined;
  return part === undefined ? 0n : BigInt.asUintN(width, BigInt(state.registers[part.register]));
}

/** OF is that of a shift by one, where it is defined: the sign changed, and for shr it always becomes the old sign. */
function flagsOf(before: bigint, result: bigint, carry: bigint, width: number): number {
  const sign = (value: bigint) => (value >> BigInt(width - 1)) & 1n;
  let ones = 0;
  for (let bit = 0n; bit < 8n; bit++) if ((result >> bit) & 1n) ones++;
  return (
    (carry === 1n ? CF : 0) |
    (ones % 2 === 0 ? PF : 0) |
    (result === 0n ? ZF : 0) |
    (sign(result) === 1n ? SF : 0) |
    (sign(before) !== sign(result) ? OF : 0)
  );
}
