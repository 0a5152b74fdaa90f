// One round of a string instruction, repeated or not. Intel SDM vol. 1, "String Operations"; vol. 2B, "REP".

import { EFLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../../machine/registers.ts';
import type { NodeId } from '../network/network.ts';
import { addSameBits } from '../relations/bits.ts';
import { relateComparison } from './arithmetic.ts';
import type { Lift } from './lift.ts';
import { constrainZero } from './moves.ts';

const { DF, ZF } = EFLAGS;

/** What a round of a repeated instruction was: one that is followed by another, the last one, or none at all. */
export type Round = 'continues' | 'ends' | 'skipped';

export const STRING_MNEMONICS: ReadonlySet<string> = new Set(['movs', 'stos', 'lods', 'cmps', 'scas']);

const POINTERS: Readonly<Record<string, readonly GeneralRegister[]>> = {
  movs: ['esi', 'edi'],
  cmps: ['esi', 'edi'],
  stos: ['edi'],
  scas: ['edi'],
  lods: ['esi'],
};

/** False where the direction flag or the address size leaves the round open. */
export function liftStringRound(lift: Lift, round: Round | undefined): boolean {
  const { mnemonic, prefixes, memory } = lift.instruction;
  const net = lift.network;
  const size = memory[0]?.size ?? 0;
  if (size === 0 || memory.some((operand) => operand.addressSize !== 32)) return false;
  if (round === 'skipped') {
    for (const register of GENERAL_REGISTERS) net.equate(lift.before(register), lift.after(register));
    addSameBits(net, lift.flagsBefore, lift.flagsAfter, -1);
    constrainZero(lift, lift.before('ecx'), true);
    return true;
  }
  if ((net.unknownBits(lift.flagsAfter) & DF) !== 0) return false;
  const step = (net.value(lift.flagsAfter) & DF) !== 0 ? -size : size;

  if (mnemonic === 'cmps' || mnemonic === 'scas') relateComparison(lift, lift.use(0), lift.use(1), size * 8);
  else lift.assign(0, lift.use(1));
  for (const pointer of POINTERS[mnemonic] ?? []) net.equate(lift.after(pointer), lift.before(pointer), step);

  if (prefixes.rep !== 'none' && round !== undefined) countRound(lift, round);
  return true;
}

function countRound(lift: Lift, round: 'continues' | 'ends'): void {
  const { mnemonic, prefixes } = lift.instruction;
  const net = lift.network;
  const left = lift.after('ecx');
  net.equate(left, lift.before('ecx'), -1);
  constrainZero(lift, lift.before('ecx'), false);
  const compares = mnemonic === 'cmps' || mnemonic === 'scas';
  const goesOnWith = prefixes.rep === 'rep' ? ZF : 0;
  if (round === 'continues') {
    constrainZero(lift, left, false);
    if (compares) net.refine(lift.flagsAfter, ZF, goesOnWith);
  } else if (!compares) constrainZero(lift, left, true);
  else endComparison(lift, left, goesOnWith);
}

/** The last round: the count ran out, or the flag stopped it. */
function endComparison(lift: Lift, left: NodeId, goesOnWith: number): void {
  const flags = lift.flagsAfter;
  lift.network.addRelation({
    nodes: [left, flags],
    propagate(net) {
      const f = net.bits(flags);
      if ((f.unknown & ZF) === 0 && (f.value & ZF) === goesOnWith) net.refine(left, -1, 0);
      if (net.bits(left).value !== 0) net.refine(flags, ZF, ~goesOnWith);
    },
  });
}
