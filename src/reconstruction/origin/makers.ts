// What one instruction makes the new value of a register, or of a word that it stores, of: the places to look at further back.

import type { Instruction, Operand } from '../../decoder/instruction.ts';
import { type GeneralRegister, isGeneralRegister, registerPart } from '../../machine/registers.ts';
import type { OriginLink } from '../lead-up.ts';

/** Something that a value was made of: a register before the instruction, or the memory that it read. */
export type Ingredient =
  | { readonly kind: 'register'; readonly register: GeneralRegister }
  | { readonly kind: 'memory' };

export interface Maker {
  readonly kind: OriginLink['kind'];
  /** Empty for a constant, and where the instruction makes the value of what is no register and no memory. */
  readonly of: readonly Ingredient[];
}

const MEMORY: Ingredient = { kind: 'memory' };
const CONSTANT: Maker = { kind: 'constant', of: [] };

/** One value and an immediate, or one value alone. */
const ADJUSTING: ReadonlySet<string> = new Set(
  'add sub and or xor adc sbb imul shl shr sar sal rol ror rcl rcr shld shrd inc dec neg not bswap'.split(' '),
);
const COPYING: ReadonlySet<string> = new Set(['mov', 'movzx', 'movsx']);
/** The register that widens another one, or itself. */
const WIDENING: Readonly<Record<string, GeneralRegister>> = { cbw: 'eax', cwde: 'eax', cwd: 'eax', cdq: 'eax' };
const MULTIPLYING: ReadonlySet<string> = new Set(['mul', 'imul', 'div', 'idiv']);

/** `register` is one that the instruction writes. */
export function makerOf(instruction: Instruction, register: GeneralRegister): Maker {
  const { mnemonic, operands } = instruction;
  const [to, source] = operands;
  // The stack pointer moves by constants in push, pop and call.
  if (register === 'esp' && instruction.stackDelta !== 0) return { kind: 'arithmetic', of: [inRegister('esp')] };
  if (mnemonic === 'pop') return { kind: 'pop', of: [MEMORY] };
  if (mnemonic === 'leave')
    return register === 'esp' ? { kind: 'arithmetic', of: [inRegister('ebp')] } : { kind: 'pop', of: [MEMORY] };
  if (mnemonic in WIDENING) return { kind: 'arithmetic', of: [inRegister('eax')] };
  if (MULTIPLYING.has(mnemonic) && operands.length === 1) return wide(mnemonic, to);
  if (mnemonic === 'xchg' || mnemonic === 'xadd') return exchanged(instruction, register);
  if (isWhole(to, register)) return made(instruction, register);
  // String instructions move their pointers.
  if (instruction.memory.some(({ base }) => base === register) && (register === 'esi' || register === 'edi'))
    return { kind: 'arithmetic', of: [inRegister(register)] };
  if (mnemonic === 'lods') return { kind: 'load', of: [MEMORY] };
  // A part of the register is written: the rest is what it was.
  const isPart = to?.kind === 'register' && registerPart(to.name)?.register === register;
  return isPart ? { kind: 'other', of: distinct([inRegister(register), ...ingredients(source)]) } : none();
}

/** The instruction writes all of `register`, which is its first operand. */
function made({ mnemonic, operands }: Instruction, register: GeneralRegister): Maker {
  const [, source, third] = operands;
  if (COPYING.has(mnemonic) && source !== undefined) {
    if (source.kind === 'memory') return { kind: 'load', of: [MEMORY] };
    return source.kind === 'immediate' ? CONSTANT : { kind: 'copy', of: ingredients(source) };
  }
  if (mnemonic === 'lea' && source?.kind === 'memory') {
    const { base, index } = source.memory;
    const of = [base, index].flatMap((name) =>
      name !== undefined && isGeneralRegister(name) ? [inRegister(name)] : [],
    );
    return of.length === 0 ? CONSTANT : { kind: 'arithmetic', of: distinct(of) };
  }
  const isCleared = (mnemonic === 'xor' || mnemonic === 'sub') && isWhole(source, register);
  if (isCleared) return CONSTANT;
  // Of the borrow alone: all ones or all zeros.
  if (mnemonic === 'sbb' && isWhole(source, register)) return none();
  if (mnemonic === 'imul' && third !== undefined) return { kind: 'arithmetic', of: ingredients(source) };
  const others = [...ingredients(source), ...ingredients(third)];
  if (ADJUSTING.has(mnemonic)) return { kind: 'arithmetic', of: distinct([inRegister(register), ...others]) };
  if (mnemonic.startsWith('cmov')) return { kind: 'other', of: distinct([inRegister(register), ...others]) };
  return { kind: 'other', of: others };
}

/** What the instruction stores a word of; undefined where that is not simply told. */
export function storedOf({ mnemonic, operands, flow }: Instruction): Maker | undefined {
  const [to, source] = operands;
  if (flow === 'call' || flow === 'indirect-call') return CONSTANT;
  const stored = mnemonic === 'push' ? to : mnemonic === 'mov' && to?.kind === 'memory' ? source : undefined;
  if (stored?.kind === 'immediate') return CONSTANT;
  if (stored?.kind === 'memory') return { kind: 'copy', of: [MEMORY] };
  const isWord = stored?.kind === 'register' && isGeneralRegister(stored.name);
  return isWord ? { kind: 'copy', of: [inRegister(stored.name)] } : undefined;
}

function wide(mnemonic: string, operand: Operand | undefined): Maker {
  const halves = mnemonic.endsWith('mul') ? [inRegister('eax')] : [inRegister('eax'), inRegister('edx')];
  return { kind: 'arithmetic', of: distinct([...halves, ...ingredients(operand)]) };
}

function exchanged({ mnemonic, operands }: Instruction, register: GeneralRegister): Maker {
  const [to, from] = operands;
  const isFirst = isWhole(to, register);
  if (!isFirst && !isWhole(from, register)) return none();
  const other = ingredients(isFirst ? from : to);
  if (mnemonic === 'xadd' && isFirst) return { kind: 'arithmetic', of: distinct([inRegister(register), ...other]) };
  return { kind: other[0]?.kind === 'memory' ? 'load' : 'copy', of: other };
}

function ingredients(operand: Operand | undefined): readonly Ingredient[] {
  if (operand?.kind === 'memory') return [MEMORY];
  const part = operand?.kind === 'register' ? registerPart(operand.name) : undefined;
  return part === undefined ? [] : [inRegister(part.register)];
}

function inRegister(register: GeneralRegister): Ingredient {
  return { kind: 'register', register };
}

function distinct(of: readonly Ingredient[]): readonly Ingredient[] {
  const same = (a: Ingredient, b: Ingredient) =>
    a.kind === b.kind && (a.kind === 'memory' || (b.kind === 'register' && a.register === b.register));
  return of.filter((one, i) => of.findIndex((other) => same(one, other)) === i);
}

function none(): Maker {
  return { kind: 'other', of: [] };
}

function isWhole(operand: Operand | undefined, register: GeneralRegister): boolean {
  return operand?.kind === 'register' && operand.name === register;
}
