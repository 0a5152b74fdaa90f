// String instructions, repeated or not. Intel SDM vol. 1, "String Operations"; vol. 2B, "REP".

import { ARITHMETIC_FLAGS, EFLAGS } from '../../machine/eflags.ts';
import type { GeneralRegister } from '../../machine/registers.ts';
import { type NodeId, ZERO } from '../network/network.ts';
import { sameFlags } from '../relations/shifts.ts';
import { addScaledSum, addSum } from '../relations/sum.ts';
import { relateComparison } from './arithmetic.ts';
import { type Lift, writes } from './lift.ts';
import { constrainZero } from './moves.ts';

const { DF, ZF } = EFLAGS;

/**
 * How a repeated instruction ran on this path: to its end, or some rounds, or none, up to the one that faulted. All rounds are one step:
 * how many there were need not be known.
 */
export type Rounds = 'finished' | 'unfinished';

export const STRING_MNEMONICS: ReadonlySet<string> = new Set(['movs', 'stos', 'lods', 'cmps', 'scas', 'ins', 'outs']);

/** What comes from a port, or goes to one, is in no log. */
const PORTS: ReadonlySet<string> = new Set(['ins', 'outs']);

const POINTERS: Readonly<Record<string, readonly GeneralRegister[]>> = {
  movs: ['esi', 'edi'],
  cmps: ['esi', 'edi'],
  stos: ['edi'],
  scas: ['edi'],
  lods: ['esi'],
  ins: ['edi'],
  outs: ['esi'],
};

/** False where the direction flag or the address size leaves it open. */
export function liftString(lift: Lift, rounds: Rounds | undefined): boolean {
  const { prefixes, memory } = lift.instruction;
  const net = lift.network;
  const size = memory[0]?.size ?? 0;
  if (size === 0 || memory.some((operand) => operand.addressSize !== 32)) return false;
  if ((net.unknownBits(lift.flagsAfter) & DF) !== 0) return false;
  const backward = (net.value(lift.flagsAfter) & DF) !== 0;
  if (prefixes.rep === 'none') liftOnce(lift, backward ? -size : size);
  else liftRounds(lift, rounds ?? 'finished', size, backward);
  return true;
}

function isComparison(lift: Lift): boolean {
  return lift.instruction.mnemonic === 'cmps' || lift.instruction.mnemonic === 'scas';
}

function liftOnce(lift: Lift, step: number): void {
  if (isComparison(lift)) relateComparison(lift, lift.use(0), lift.use(1), lift.width(0));
  else if (PORTS.has(lift.instruction.mnemonic)) lift.touchOpaquely();
  else lift.assign(0, lift.use(1));
  for (const pointer of POINTERS[lift.instruction.mnemonic] ?? [])
    lift.network.equate(lift.after(pointer), lift.before(pointer), step);
}

function liftRounds(lift: Lift, rounds: Rounds, size: number, backward: boolean): void {
  const { mnemonic, prefixes } = lift.instruction;
  const net = lift.network;
  const count = net.addNode();
  addSum(net, { sum: lift.before('ecx'), x: lift.after('ecx'), y: count, carry: ZERO, width: 32 });
  const span = addScaledSum(net, undefined, count, size);
  for (const pointer of POINTERS[mnemonic] ?? []) {
    const [sum, x] = backward
      ? [lift.before(pointer), lift.after(pointer)]
      : [lift.after(pointer), lift.before(pointer)];
    addSum(net, { sum, x, y: span, carry: ZERO, width: 32 });
  }
  const compared = isComparison(lift) ? compareLast(lift, count, size) : [];
  touch(lift, count, size, backward, compared);

  const goesOnWith = prefixes.rep === 'rep' ? ZF : 0;
  if (rounds === 'unfinished') {
    // The round that faulted counts as well.
    constrainZero(lift, lift.after('ecx'), false);
    if (isComparison(lift)) breakOffComparison(lift, count, goesOnWith);
  } else if (isComparison(lift)) endComparison(lift, count, goesOnWith);
  else constrainZero(lift, lift.after('ecx'), true);
}

/** The flags are those of the last comparison, if there was one; gives the elements compared, in the order of the operands. */
function compareLast(lift: Lift, count: NodeId, size: number): readonly NodeId[] {
  const net = lift.network;
  const element = () => net.addNarrow(size * 8);
  const elements = lift.instruction.operands.map((operand) => (operand.kind === 'memory' ? element() : undefined));
  const [a, b] = lift.instruction.operands.map((_, i) => elements[i] ?? lift.use(i));
  const flags = net.addNode();
  relateComparison(lift, a as NodeId, b as NodeId, size * 8, flags);
  net.addRelation({
    nodes: [count, flags, lift.flagsAfter],
    propagate(n) {
      if (n.bits(count).value !== 0) sameFlags(n, flags, lift.flagsAfter, ARITHMETIC_FLAGS);
    },
  });
  return elements.filter((node) => node !== undefined);
}

/** What the rounds load and store, as one stretch of memory each. */
function touch(lift: Lift, count: NodeId, size: number, backward: boolean, compared: readonly NodeId[]): void {
  lift.instruction.memory.forEach((memory, i) => {
    const first = lift.address(memory);
    // Counted downwards, the stretch begins at its last element.
    const address = backward ? { node: lift.network.addNode(), distance: 0 } : first;
    const isStore = writes(memory.access);
    const last = compared[i];
    lift.events.push({
      kind: isStore ? 'store' : 'load',
      ...address,
      size,
      count,
      ...(last !== undefined && { last }),
      ...(lift.instruction.mnemonic === 'stos' && { filler: lift.use(1) }),
    });
  });
}

/** A repeated comparison that had gone on, if it had begun. */
function breakOffComparison(lift: Lift, count: NodeId, goesOnWith: number): void {
  const { flagsBefore, flagsAfter } = lift;
  lift.network.addRelation({
    nodes: [count, flagsBefore, flagsAfter],
    propagate(net) {
      if (net.isKnown(count) && net.value(count) === 0) net.equate(flagsAfter, flagsBefore);
      else if (net.bits(count).value !== 0) net.refine(flagsAfter, ZF, goesOnWith);
    },
  });
}

/** A repeated comparison that ended: the count ran out, or the flag stopped it. */
function endComparison(lift: Lift, count: NodeId, goesOnWith: number): void {
  const [left, flags, flagsBefore] = [lift.after('ecx'), lift.flagsAfter, lift.flagsBefore];
  lift.network.addRelation({
    nodes: [left, flags, count, flagsBefore],
    propagate(net) {
      // Without a round nothing changes, and the count was 0 from the start.
      if (net.isKnown(count) && net.value(count) === 0) {
        net.refine(left, -1, 0);
        net.equate(flags, flagsBefore);
        return;
      }
      const f = net.bits(flags);
      if ((f.unknown & ZF) === 0 && (f.value & ZF) === goesOnWith) net.refine(left, -1, 0);
      if (net.bits(left).value !== 0) net.refine(flags, ZF, ~goesOnWith);
    },
  });
}
