// popcnt, movbe and the BMI instructions: the engine lacks them or takes them for others. Intel SDM vol. 2.
// None of them has undefined results, only undefined flags, which stay as they were.

import { EFLAGS } from '../../machine/eflags.ts';
import { type RegisterFile, registerPart } from '../../machine/registers.ts';
import { wrapU32 } from '../../machine/u32.ts';
import { advance, type Done, type ExecutionContext, littleEndian, littleEndianBytes } from './rule.ts';

const { CF, PF, AF, ZF, SF, OF } = EFLAGS;

interface Operation {
  /** Values of the source operands in Intel's order, and the operand width in bits. */
  readonly compute: (sources: readonly number[], width: number) => number;
  /** The flags that it changes, all to 0 but those that `flags` gives; by the result and the sources. */
  readonly changes: number;
  readonly flags: (result: number, sources: readonly number[], width: number) => number;
}

const none = () => 0;
const sign = (value: number) => (value < 0 ? SF : 0);
const zero = (value: number) => (value === 0 ? ZF : 0);
const lowBits = (count: number) => (count >= 32 ? -1 : (1 << count) - 1);

const OPERATIONS: Readonly<Record<string, Operation>> = {
  popcnt: { compute: ([a = 0]) => countOnes(a), changes: CF | PF | AF | ZF | SF | OF, flags: (_r, [a = 0]) => zero(a) },
  andn: { compute: ([a = 0, b = 0]) => ~a & b, changes: CF | ZF | SF | OF, flags: (r) => sign(r) | zero(r) },
  bextr: { compute: ([a = 0, control = 0]) => extract(a, control), changes: CF | ZF | OF, flags: zero },
  blsi: {
    compute: ([a = 0]) => a & -a,
    changes: CF | ZF | SF | OF,
    flags: (r, [a = 0]) => sign(r) | zero(r) | (a !== 0 ? CF : 0),
  },
  blsmsk: {
    compute: ([a = 0]) => (a - 1) ^ a,
    changes: CF | ZF | SF | OF,
    flags: (r, [a = 0]) => sign(r) | (a === 0 ? CF : 0),
  },
  blsr: {
    compute: ([a = 0]) => (a - 1) & a,
    changes: CF | ZF | SF | OF,
    flags: (r, [a = 0]) => sign(r) | zero(r) | (a === 0 ? CF : 0),
  },
  bzhi: {
    compute: ([a = 0, index = 0]) => a & lowBits(index & 0xff),
    changes: CF | ZF | SF | OF,
    flags: (r, [, index = 0]) => sign(r) | zero(r) | ((index & 0xff) > 31 ? CF : 0),
  },
  pdep: { compute: ([a = 0, mask = 0]) => deposit(a, mask), changes: 0, flags: none },
  pext: { compute: ([a = 0, mask = 0]) => gather(a, mask), changes: 0, flags: none },
  rorx: { compute: ([a = 0, n = 0]) => (a >>> (n & 31)) | (a << (32 - (n & 31))), changes: 0, flags: none },
  sarx: { compute: ([a = 0, n = 0]) => a >> (n & 31), changes: 0, flags: none },
  shlx: { compute: ([a = 0, n = 0]) => a << (n & 31), changes: 0, flags: none },
  shrx: { compute: ([a = 0, n = 0]) => a >>> (n & 31), changes: 0, flags: none },
  movbe: { compute: ([a = 0], width) => swapBytes(a, width), changes: 0, flags: none },
};

export function bitManipulation(context: ExecutionContext): Done | undefined {
  const { instruction, state } = context;
  const { registers } = state;
  if (instruction.mnemonic === 'mulx') return multiply(context);
  const operation = OPERATIONS[instruction.mnemonic];
  const [destination] = instruction.operands;
  if (operation === undefined || destination === undefined) return undefined;
  const width = widthOf(context);
  const sources = sourcesOf(context);
  const result = operation.compute(sources, width) | 0;
  const eflags = (registers.eflags & ~operation.changes) | operation.flags(result, sources, width);
  if (destination.kind === 'memory') {
    return {
      kind: 'done',
      registers: advance(instruction, registers, { eflags }),
      writes: new Map([[0, littleEndianBytes(result, width / 8)]]),
    };
  }
  return {
    kind: 'done',
    registers: advance(instruction, registers, { ...withRegister(registers, destination, result, width), eflags }),
  };
}

/** edx times the source, low half into the second operand, then high half into the first. */
function multiply(context: ExecutionContext): Done | undefined {
  const { instruction, state } = context;
  const [high, low] = instruction.operands;
  const factor = sourcesOf(context)[1] ?? 0;
  if (high?.kind !== 'register' || low?.kind !== 'register') return undefined;
  const product = BigInt(state.registers.edx) * BigInt(wrapU32(factor));
  return {
    kind: 'done',
    registers: advance(instruction, state.registers, {
      [low.name]: Number(BigInt.asUintN(32, product)),
      [high.name]: Number(product >> 32n),
    }),
  };
}

function widthOf({ instruction }: ExecutionContext): number {
  const [first, second] = instruction.operands;
  for (const operand of [first, second]) {
    if (operand?.kind === 'register') return registerPart(operand.name)?.width ?? 32;
  }
  return 32;
}

/** The operands after the destination, as signed numbers. */
function sourcesOf({ instruction, state, accesses }: ExecutionContext): readonly number[] {
  return instruction.operands.slice(1).map((operand) => {
    if (operand.kind === 'memory') return littleEndian(accesses[0]?.bytes ?? new Uint8Array(4)) | 0;
    if (operand.kind === 'immediate') return operand.value;
    const part = operand.kind === 'register' ? registerPart(operand.name) : undefined;
    if (part === undefined) return 0;
    const value = state.registers[part.register] >>> part.shift;
    return part.width === 32 ? value | 0 : value & ((1 << part.width) - 1);
  });
}

function withRegister(
  registers: RegisterFile,
  destination: { readonly kind: string; readonly name?: string },
  value: number,
  width: number,
): Partial<Record<keyof RegisterFile, number>> {
  const part = registerPart(destination.name ?? '');
  if (part === undefined) return {};
  const mask = width === 32 ? -1 : (1 << width) - 1;
  return { [part.register]: (registers[part.register] & ~mask) | (value & mask) };
}

function countOnes(value: number): number {
  let count = 0;
  for (let bits = value >>> 0; bits !== 0; bits = (bits & (bits - 1)) >>> 0) count++;
  return count;
}

function extract(value: number, control: number): number {
  const start = control & 0xff;
  const length = (control >>> 8) & 0xff;
  return start > 31 ? 0 : (value >>> start) & lowBits(length);
}

function deposit(value: number, mask: number): number {
  let result = 0;
  for (let bit = 0, next = 0; bit < 32; bit++) {
    if ((mask >>> bit) & 1) result |= ((value >>> next++) & 1) << bit;
  }
  return result;
}

function gather(value: number, mask: number): number {
  let result = 0;
  for (let bit = 0, next = 0; bit < 32; bit++) {
    if ((mask >>> bit) & 1) result |= ((value >>> bit) & 1) << next++;
  }
  return result;
}

function swapBytes(value: number, width: number): number {
  const bytes = littleEndianBytes(value, width / 8);
  return littleEndian(bytes.reverse());
}
