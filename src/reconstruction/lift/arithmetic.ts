// add, sub, compare, inc, dec, neg, logic, multiplication, division, sign extension.

import { type Network, type NodeId, ZERO } from '../network/network.ts';
import { addBitwise, addPart, addSignExtension, type BitwiseKind } from '../relations/bits.ts';
import { addChoice } from '../relations/choices.ts';
import { addCondition } from '../relations/conditions.ts';
import { addResultFlags, addSumFlags } from '../relations/flags.ts';
import { addDivision, addProduct, addProductFlags, addWideProduct } from '../relations/multiply.ts';
import { addSum } from '../relations/sum.ts';
import type { Lift } from './lift.ts';

interface Sum {
  /** The greater side: sum = x + y + carry. */
  readonly sum: NodeId;
  readonly x: NodeId;
  readonly y: NodeId;
  readonly carry: NodeId;
  /** Which of the nodes is the instruction's result. */
  readonly result: NodeId;
}

function relate(
  lift: Lift,
  { result, ...sum }: Sum,
  width: number,
  { writesCarry = true, flags = lift.flagsAfter } = {},
): void {
  const nodes = { ...sum, width };
  addSum(lift.network, nodes);
  addSumFlags(lift.network, flags, { ...nodes, writesCarry });
  addResultFlags(lift.network, flags, result, width);
}

export function liftAdd(lift: Lift, withCarry: boolean): void {
  const x = lift.use(0);
  const y = lift.use(1);
  const carry = withCarry ? lift.carryIn() : ZERO;
  const sum = lift.define(0);
  relate(lift, { sum, x, y, carry, result: sum }, lift.width(0));
}

export function liftSubtract(lift: Lift, withCarry: boolean): void {
  const sum = lift.use(0);
  const y = lift.use(1);
  const carry = withCarry ? lift.carryIn() : ZERO;
  const x = lift.define(0);
  relate(lift, { sum, x, y, carry, result: x }, lift.width(0));
}

export function liftCompare(lift: Lift): void {
  const sum = lift.use(0);
  const y = lift.use(1);
  relateComparison(lift, sum, y, lift.width(0));
}

/** `flags` are those of a − b. */
export function relateComparison(lift: Lift, a: NodeId, b: NodeId, width: number, flags = lift.flagsAfter): void {
  const x = lift.network.addNarrow(width);
  relate(lift, { sum: a, x, y: b, carry: ZERO, result: x }, width, { flags });
}

export function liftIncrement(lift: Lift, step: 1 | -1): void {
  const old = lift.use(0);
  const next = lift.define(0);
  const y = lift.network.addConstant(1);
  const [sum, x] = step === 1 ? [next, old] : [old, next];
  relate(lift, { sum, x, y, carry: ZERO, result: next }, lift.width(0), { writesCarry: false });
}

export function liftNegate(lift: Lift): void {
  const y = lift.use(0);
  const x = lift.define(0);
  relate(lift, { sum: ZERO, x, y, carry: ZERO, result: x }, lift.width(0));
}

export function liftNot(lift: Lift): void {
  const a = lift.use(0);
  const width = lift.width(0);
  addBitwise(lift.network, 'xor', lift.define(0), a, lift.network.addConstant(width === 32 ? -1 : (1 << width) - 1));
}

export function liftLogic(lift: Lift, kind: BitwiseKind): void {
  const a = lift.use(0);
  const b = lift.use(1);
  const result = lift.define(0);
  addBitwise(lift.network, kind, result, a, b);
  addResultFlags(lift.network, lift.flagsAfter, result, lift.width(0));
}

export function liftTest(lift: Lift): void {
  const a = lift.use(0);
  const b = lift.use(1);
  const result = lift.network.addNarrow(lift.width(0));
  addBitwise(lift.network, 'and', result, a, b);
  addResultFlags(lift.network, lift.flagsAfter, result, lift.width(0));
}

/** Two- and three-operand imul. */
export function liftProduct(lift: Lift): void {
  const count = lift.instruction.operands.length;
  const a = lift.use(count - 2);
  const b = lift.use(count - 1);
  const width = lift.width(0);
  addProductFlags(lift.network, a, b, width, lift.flagsAfter);
  addProduct(lift.network, lift.define(0), a, b, width);
}

/** mul, imul, div and idiv of edx:eax; false for the narrower forms. */
export function liftWide(lift: Lift, mnemonic: 'mul' | 'imul' | 'div' | 'idiv'): boolean {
  if (lift.width(0) !== 32) return false;
  const factor = lift.use(0);
  const signed = mnemonic.startsWith('i');
  const net = lift.network;
  if (mnemonic.endsWith('mul')) {
    const halves = { low: lift.after('eax'), high: lift.after('edx'), signed };
    addWideProduct(net, halves, lift.before('eax'), factor, lift.flagsAfter);
  } else {
    const dividend = { low: lift.before('eax'), high: lift.before('edx'), signed };
    addDivision(net, dividend, factor, lift.after('eax'), lift.after('edx'));
  }
  return true;
}

export function liftExtend(lift: Lift, signed: boolean): void {
  const narrow = lift.use(1);
  const wide = lift.define(0);
  if (signed) addSignExtension(lift.network, narrow, wide, lift.width(1), lift.width(0));
  else lift.network.equate(wide, narrow);
}

/** cdq and cwde; the 16-bit forms likewise. */
export function liftSignSpread(lift: Lift, mnemonic: 'cbw' | 'cwde' | 'cwd' | 'cdq'): void {
  const net = lift.network;
  if (mnemonic === 'cdq') {
    const wide = addHighHalf(net, lift.before('eax'));
    net.equate(lift.after('edx'), wide);
    return;
  }
  const part = (register: 'eax' | 'edx', width: 8 | 16 | 32) => ({ register, shift: 0 as const, width });
  if (mnemonic === 'cwde') {
    addSignExtension(net, lift.useRegister(part('eax', 16)), lift.after('eax'), 16, 32);
  } else if (mnemonic === 'cbw') {
    addSignExtension(net, lift.useRegister(part('eax', 8)), lift.defineRegister(part('eax', 16)), 8, 16);
  } else {
    const wide = addHighHalf(net, lift.before('eax'), 16);
    net.equate(lift.defineRegister(part('edx', 16)), wide);
  }
}

/** The upper half of the sign-extended double word: all zeros or all ones, of `width` bits. */
function addHighHalf(net: Network, node: NodeId, width = 32): NodeId {
  const sign = addPart(net, node, width - 1, 1);
  const high = net.addNarrow(width);
  addSignExtension(net, sign, high, 1, width);
  return high;
}

/** xadd: the sum goes to the destination, the old destination to the source. */
export function liftExchangeAdd(lift: Lift): void {
  const x = lift.use(0);
  const y = lift.use(1);
  // The destination is written last.
  if (!isSameOperand(lift)) lift.assign(1, x);
  const sum = lift.define(0);
  relate(lift, { sum, x, y, carry: ZERO, result: sum }, lift.width(0));
}

function isSameOperand(lift: Lift): boolean {
  const [a, b] = lift.instruction.operands;
  return a?.kind === 'register' && b?.kind === 'register' && a.name === b.name;
}

/** cmpxchg: the accumulator always ends as the old destination. */
export function liftCompareExchange(lift: Lift): void {
  const width = lift.width(0) as 8 | 16 | 32;
  const accumulator = { register: 'eax', shift: 0, width } as const;
  const old = lift.use(0);
  const replacement = lift.use(1);
  relateComparison(lift, lift.useRegister(accumulator), old, width);
  const equal = lift.network.addNarrow(1);
  addCondition(lift.network, 'e', lift.flagsAfter, equal);
  const destination = lift.operand(0);
  if (destination.kind === 'register' && destination.name.endsWith(accumulatorSuffix(width))) return;
  lift.network.equate(lift.defineRegister(accumulator), old);
  addChoice(lift.network, equal, lift.define(0), replacement, old);
}

function accumulatorSuffix(width: number): string {
  return width === 8 ? 'al' : 'ax';
}
