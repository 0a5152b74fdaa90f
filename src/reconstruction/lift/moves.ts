// Moves: mov, lea, xchg, the stack, bytes swapped, conditional moves and sets, bit tests, flags to and from registers.

import { EFLAGS, FIXED_FLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS, registerPart } from '../../machine/registers.ts';
import { type NodeId, ZERO } from '../network/network.ts';
import { addSameBits, propagateMovedBits } from '../relations/bits.ts';
import { addChoice, addFunction } from '../relations/choices.ts';
import { addCondition } from '../relations/conditions.ts';
import { linkBits } from '../relations/flags.ts';
import type { Address, Lift } from './lift.ts';

const { CF, PF, AF, ZF, SF } = EFLAGS;
const AH_FLAGS = SF | ZF | AF | PF | CF;
const FRAME_WORD = 4;

/** False for segment, control and vector registers. */
export function liftMove(lift: Lift): boolean {
  const [to, from] = lift.instruction.operands;
  const plain = (operand: typeof to) => operand?.kind !== 'register' || registerPart(operand.name) !== undefined;
  if (!plain(to) || !plain(from)) return false;
  lift.assign(0, lift.use(1));
  return true;
}

export function liftLoadAddress(lift: Lift): boolean {
  const operand = lift.operand(1);
  if (operand.kind !== 'memory' || lift.width(0) !== 32) return false;
  // lea uses no segment.
  const address = lift.address({ ...operand.memory, segment: 'ds' });
  lift.network.equate(lift.define(0), address.node, address.distance);
  return true;
}

export function liftExchange(lift: Lift): void {
  const a = lift.use(0);
  const b = lift.use(1);
  lift.assign(1, a);
  lift.assign(0, b);
}

function stackTop(lift: Lift, distance = 0): Address {
  return { node: lift.before('esp'), distance };
}

function moveStack(lift: Lift, delta: number): void {
  lift.network.equate(lift.after('esp'), lift.before('esp'), delta);
}

export function liftPush(lift: Lift): boolean {
  if (lift.instruction.stackDelta !== -FRAME_WORD) return false;
  const [operand] = lift.instruction.operands;
  const isSegment = operand?.kind === 'register' && registerPart(operand.name) === undefined;
  const value = isSegment ? lift.network.addNode() : lift.use(0);
  // A pushed segment register may leave the upper half of the word alone.
  lift.store(stackTop(lift, -FRAME_WORD), FRAME_WORD, value);
  moveStack(lift, -FRAME_WORD);
  return true;
}

export function liftPop(lift: Lift): boolean {
  const [operand] = lift.instruction.operands;
  const part = operand?.kind === 'register' ? registerPart(operand.name) : undefined;
  const intoStackPointer = part?.register === 'esp' && part.width === 32;
  if (!intoStackPointer && lift.instruction.stackDelta !== FRAME_WORD) return false;
  const value = lift.load(stackTop(lift), FRAME_WORD);
  if (intoStackPointer) {
    lift.network.equate(lift.after('esp'), value);
    return true;
  }
  moveStack(lift, FRAME_WORD);
  if (operand?.kind === 'memory' || part !== undefined) lift.assign(0, value);
  return true;
}

export function liftPushFlags(lift: Lift): boolean {
  if (lift.instruction.stackDelta !== -FRAME_WORD) return false;
  const image = lift.network.addNode();
  lift.network.refine(image, EFLAGS.RF | EFLAGS.VM, 0);
  lift.network.refine(image, FIXED_FLAGS.mask, FIXED_FLAGS.value);
  addSameBits(lift.network, image, lift.flagsBefore, lift.instruction.flags.read & ~EFLAGS.TF);
  lift.store(stackTop(lift, -FRAME_WORD), FRAME_WORD, image);
  moveStack(lift, -FRAME_WORD);
  return true;
}

export function liftPopFlags(lift: Lift): boolean {
  if (lift.instruction.stackDelta !== FRAME_WORD) return false;
  const image = lift.load(stackTop(lift), FRAME_WORD);
  const { written, conditional } = lift.instruction.flags;
  addSameBits(lift.network, image, lift.flagsAfter, written & ~(lift.isPrivileged ? 0 : conditional) & ~EFLAGS.TF);
  moveStack(lift, FRAME_WORD);
  return true;
}

export function liftPushAll(lift: Lift): boolean {
  if (lift.instruction.stackDelta !== -FRAME_WORD * 8) return false;
  GENERAL_REGISTERS.forEach((register, i) => {
    lift.store(stackTop(lift, -FRAME_WORD * (i + 1)), FRAME_WORD, lift.before(register));
  });
  moveStack(lift, -FRAME_WORD * 8);
  return true;
}

export function liftPopAll(lift: Lift): boolean {
  if (lift.instruction.stackDelta !== FRAME_WORD * 8) return false;
  [...GENERAL_REGISTERS].reverse().forEach((register, i) => {
    const value = lift.load(stackTop(lift, FRAME_WORD * i), FRAME_WORD);
    if (register !== 'esp') lift.network.equate(lift.after(register), value);
  });
  moveStack(lift, FRAME_WORD * 8);
  return true;
}

export function liftLeave(lift: Lift): void {
  const frame = lift.before('ebp');
  lift.network.equate(lift.after('ebp'), lift.load({ node: frame, distance: 0 }, FRAME_WORD));
  lift.network.equate(lift.after('esp'), frame, FRAME_WORD);
}

/** enter with nesting level 0. */
export function liftEnter(lift: Lift): boolean {
  const [size, level] = lift.instruction.operands;
  if (size?.kind !== 'immediate' || level?.kind !== 'immediate' || level.value !== 0) return false;
  const frame = stackTop(lift, -FRAME_WORD);
  lift.store(frame, FRAME_WORD, lift.before('ebp'));
  lift.network.equate(lift.after('ebp'), frame.node, frame.distance);
  moveStack(lift, -FRAME_WORD - size.value);
  return true;
}

/** The call itself: a word is pushed, and for an indirect call a pointer is read. Where it went is the path's business. */
export function liftCall(lift: Lift): void {
  const [operand] = lift.instruction.operands;
  if (operand?.kind === 'memory') lift.use(0);
  const value = lift.hasAddresses ? lift.network.addConstant(lift.behind) : lift.network.addNode();
  lift.store(stackTop(lift, -FRAME_WORD), FRAME_WORD, value);
  moveStack(lift, -FRAME_WORD);
}

/** A near return; `to` is where it went, undefined where the log prints no EIP. */
export function liftReturn(lift: Lift, to: number | undefined): void {
  const target = lift.load(stackTop(lift), FRAME_WORD);
  if (to !== undefined) lift.network.refine(target, -1, to);
  const [operand] = lift.instruction.operands;
  moveStack(lift, FRAME_WORD + (operand?.kind === 'immediate' ? operand.value : 0));
}

export function liftByteSwap(lift: Lift): boolean {
  if (lift.width(0) !== 32) return false;
  const input = lift.use(0);
  const result = lift.define(0);
  const source = Array.from({ length: 32 }, (_, i) => 24 - (i & 24) + (i & 7));
  lift.network.addRelation({
    nodes: [input, result],
    propagate: (net) => propagateMovedBits(net, result, input, source),
  });
  return true;
}

export function liftConditionalMove(lift: Lift, condition: string): void {
  const source = lift.use(1);
  const old = lift.use(0);
  const outcome = lift.network.addNarrow(1);
  addCondition(lift.network, condition, lift.flagsBefore, outcome);
  addChoice(lift.network, outcome, lift.define(0), source, old);
}

export function liftSet(lift: Lift, condition: string): void {
  const outcome = lift.network.addNarrow(1);
  addCondition(lift.network, condition, lift.flagsBefore, outcome);
  lift.assign(0, outcome);
}

/** bt, bts, btr and btc; where the bit number is a register it chooses the word of memory, too. */
export function liftBitTest(lift: Lift, mnemonic: string): boolean {
  const operand = lift.operand(0);
  // The address that a 16-bit number gives is left open.
  if (operand.kind === 'memory' && operand.memory.bitOffset !== undefined && lift.width(0) !== 32) return false;
  const width = lift.width(0);
  const value = lift.use(0);
  const number = lift.use(1);
  const result = mnemonic === 'bt' ? undefined : lift.define(0);
  const { flagsAfter } = lift;
  lift.network.addRelation({
    nodes: [value, number, flagsAfter, ...(result === undefined ? [] : [result])],
    propagate(net) {
      if ((net.unknownBits(number) & (width - 1)) !== 0) return;
      const bit = 1 << (net.value(number) & (width - 1));
      linkBits(net, flagsAfter, CF, value, bit);
      if (result === undefined) return;
      const [v, r] = [net.bits(value), net.bits(result)];
      net.learn(result, { unknown: v.unknown | bit, value: v.value & ~bit });
      net.learn(value, { unknown: r.unknown | bit, value: r.value & ~bit });
      if (mnemonic !== 'btc') net.refine(result, bit, mnemonic === 'bts' ? bit : 0);
      else if ((v.unknown & bit) === 0) net.refine(result, bit, ~v.value & bit);
      else if ((r.unknown & bit) === 0) net.refine(value, bit, ~r.value & bit);
    },
  });
  return true;
}

/** bsf, bsr, tzcnt and lzcnt of 32 bits. */
export function liftBitScan(lift: Lift, mnemonic: string): boolean {
  if (lift.width(0) !== 32 || lift.width(1) !== 32) return false;
  const input = lift.use(1);
  const { flagsAfter } = lift;
  const isScan = mnemonic === 'bsf' || mnemonic === 'bsr';
  const result = lift.define(0);
  addFunction(lift.network, [input], [result, flagsAfter], ([value = 0]) => {
    const lowest = value === 0 ? 32 : 31 - Math.clz32(value & -value);
    const count = { bsf: lowest, bsr: 31 - Math.clz32(value), tzcnt: lowest, lzcnt: Math.clz32(value) }[mnemonic] ?? 0;
    // bsf and bsr of 0 leave a result that the manual does not define.
    const sure = !(isScan && value === 0);
    const zero = isScan ? value === 0 : count === 0;
    return [
      { mask: sure ? -1 : 0, value: count },
      { mask: ZF | (isScan ? 0 : CF), value: (zero ? ZF : 0) | (value === 0 && !isScan ? CF : 0) },
    ];
  });
  addScanned(lift, { mnemonic, input, result });
  return true;
}

/** Back from the number of the bit: that bit is one, and those that were passed are zero. */
function addScanned(
  lift: Lift,
  { mnemonic, input, result }: { mnemonic: string; input: NodeId; result: NodeId },
): void {
  const { flagsAfter } = lift;
  const isScan = mnemonic === 'bsf' || mnemonic === 'bsr';
  lift.network.addRelation({
    nodes: [result, flagsAfter],
    propagate(net) {
      const flags = net.bits(flagsAfter);
      // Of a scan only ZF tells whether there was a bit; it is the carry of the two others.
      const none = isScan ? ZF : CF;
      if ((flags.unknown & none) !== 0 || !net.isKnown(result)) return;
      if ((flags.value & none) !== 0) {
        net.refine(input, -1, 0);
        return;
      }
      const count = net.value(result);
      const bit = mnemonic === 'lzcnt' ? 31 - count : count;
      if (bit < 0 || bit > 31) {
        net.fail('a bit number that no scan gives');
        return;
      }
      const one = 1 << bit;
      const passed = mnemonic === 'bsf' || mnemonic === 'tzcnt' ? one - 1 : ~((one << 1) - 1) & (bit === 31 ? 0 : -1);
      net.refine(input, one | passed, one);
    },
  });
}

export function liftStoreFlags(lift: Lift): void {
  addSameBits(lift.network, lift.useRegister(HIGH_BYTE), lift.flagsAfter, AH_FLAGS);
}

export function liftLoadFlags(lift: Lift): void {
  const high = lift.defineRegister(HIGH_BYTE);
  addSameBits(lift.network, high, lift.flagsBefore, AH_FLAGS);
  lift.network.refine(high, 0xff & ~AH_FLAGS, 2);
}

export function liftComplementCarry(lift: Lift): void {
  const { flagsBefore, flagsAfter } = lift;
  lift.network.addRelation({
    nodes: [flagsBefore, flagsAfter],
    propagate(net) {
      const [b, a] = [net.bits(flagsBefore), net.bits(flagsAfter)];
      if ((b.unknown & CF) === 0) net.refine(flagsAfter, CF, ~b.value);
      if ((a.unknown & CF) === 0) net.refine(flagsBefore, CF, ~a.value);
    },
  });
}

export function liftTranslate(lift: Lift): boolean {
  const [memory] = lift.instruction.memory;
  if (memory === undefined) return false;
  const value = lift.load(lift.address(memory), 1);
  lift.network.equate(lift.defineRegister({ register: 'eax', shift: 0, width: 8 }), value);
  return true;
}

const HIGH_BYTE = { register: 'eax', shift: 8, width: 8 } as const;

/** loop, loope, loopne and jecxz: the count in ecx and what it means for the way taken. */
export function liftCountedBranch(lift: Lift, condition: string, taken: boolean): void {
  const net = lift.network;
  if (condition === 'cxz') {
    constrainZero(lift, lift.before('ecx'), taken);
    return;
  }
  net.equate(lift.after('ecx'), lift.before('ecx'), -1);
  const zeroFlag = condition === 'loope' ? 1 : condition === 'loopne' ? 0 : undefined;
  if (zeroFlag === undefined) {
    constrainZero(lift, lift.after('ecx'), !taken);
  } else if (taken) {
    constrainZero(lift, lift.after('ecx'), false);
    net.refine(lift.flagsBefore, ZF, zeroFlag === 1 ? ZF : 0);
  } else {
    const count = lift.after('ecx');
    net.addRelation({
      nodes: [count, lift.flagsBefore],
      propagate(n) {
        const f = n.bits(lift.flagsBefore);
        const flagStops = (f.unknown & ZF) === 0 && ((f.value & ZF) !== 0) !== (zeroFlag === 1);
        const flagGoesOn = (f.unknown & ZF) === 0 && !flagStops;
        if (flagGoesOn) n.refine(count, -1, 0);
        if (n.bits(count).value !== 0) n.refine(lift.flagsBefore, ZF, zeroFlag === 1 ? 0 : ZF);
      },
    });
  }
}

/** Says that a node is zero, or that it is not. */
export function constrainZero(lift: Lift, node: NodeId, isZero: boolean): void {
  if (isZero) {
    lift.network.equate(node, ZERO, 0);
    return;
  }
  lift.network.addRelation({
    nodes: [node],
    propagate(net) {
      const { unknown, value } = net.bits(node);
      if (value !== 0) return;
      if (unknown === 0) net.fail('a count of zero that went on');
      else if ((unknown & (unknown - 1)) === 0) net.refine(node, unknown, unknown);
    },
  });
}
