// Shifts and rotates as bits that move; the count is a constant or becomes one when it is known. Intel SDM vol. 2, SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR, SHLD.

import { EFLAGS } from '../../machine/eflags.ts';
import type { Network, NodeId } from '../network/network.ts';
import { propagateMovedBits } from './bits.ts';
import { linkBits, propagateResultFlags } from './flags.ts';

export type ShiftKind = 'shl' | 'shr' | 'sar' | 'rol' | 'ror' | 'rcl' | 'rcr' | 'shld' | 'shrd';

export interface ShiftNodes {
  readonly kind: ShiftKind;
  readonly result: NodeId;
  readonly input: NodeId;
  /** The register that shld and shrd take bits from. */
  readonly filler?: NodeId;
  readonly count: NodeId;
  readonly flagsBefore: NodeId;
  readonly flagsAfter: NodeId;
  readonly width: number;
}

const { CF, PF, AF, ZF, SF, OF } = EFLAGS;
const RESULT_FLAGS = ZF | SF | PF;
const ALL = CF | PF | AF | ZF | SF | OF;
const FROM_FILLER = 64;
const FROM_CARRY = 32;

export function addShift(network: Network, shift: ShiftNodes): void {
  const { result, input, filler, count, flagsBefore, flagsAfter } = shift;
  network.addRelation({
    nodes: [result, input, count, flagsBefore, flagsAfter, ...(filler === undefined ? [] : [filler])],
    propagate(net) {
      // Only the low five bits of the count matter.
      if ((net.unknownBits(count) & 31) !== 0) return;
      propagateKnownCount(net, shift, net.value(count) & 31);
    },
  });
}

function propagateKnownCount(net: Network, shift: ShiftNodes, masked: number): void {
  const { kind, result, input, filler, flagsBefore, flagsAfter, width } = shift;
  if (masked === 0) {
    net.equate(result, input);
    sameFlags(net, flagsBefore, flagsAfter, ALL);
    return;
  }
  if ((kind === 'shld' || kind === 'shrd') && masked > width) return;
  const rotates = kind === 'rol' || kind === 'ror' || kind === 'rcl' || kind === 'rcr';
  if (rotates) sameFlags(net, flagsBefore, flagsAfter, RESULT_FLAGS | AF);
  else propagateResultFlags(net, flagsAfter, result, width);
  const moved = sources(kind, width, masked);
  const places = moved.slice(0, width);
  propagateMovedBits(
    net,
    result,
    input,
    pick(places, (j) => (j < FROM_CARRY ? j : j === -1 ? -1 : -2)),
  );
  if (filler !== undefined)
    propagateMovedBits(
      net,
      result,
      filler,
      pick(places, (j) => (j >= FROM_FILLER ? j - FROM_FILLER : -2)),
    );
  places.forEach((j, i) => {
    if (j === FROM_CARRY) linkBits(net, result, 1 << i, flagsBefore, CF);
  });
  const carry = moved[width] as number;
  if (carry === FROM_CARRY) linkBits(net, flagsAfter, CF, flagsBefore, CF);
  else if (carry >= FROM_FILLER && filler !== undefined)
    linkBits(net, flagsAfter, CF, filler, 1 << (carry - FROM_FILLER));
  else if (carry >= 0 && carry < 32) linkBits(net, flagsAfter, CF, input, 1 << carry);
  propagateOverflow(net, shift, masked);
}

function pick(places: readonly number[], map: (j: number) => number): number[] {
  return places.map((j) => map(j));
}

/** Where each bit of the result comes from, and in the last place where CF comes from. */
function sources(kind: ShiftKind, width: number, count: number): readonly number[] {
  const places = Array.from({ length: width }, (_, i) => i);
  const inside = (j: number) => j >= 0 && j < width;
  switch (kind) {
    case 'shl':
      return [...places.map((i) => (inside(i - count) ? i - count : -1)), count <= width ? width - count : -2];
    case 'shr':
      return [...places.map((i) => (inside(i + count) ? i + count : -1)), count <= width ? count - 1 : -2];
    case 'sar':
      return [...places.map((i) => Math.min(i + count, width - 1)), Math.min(count - 1, width - 1)];
    case 'rol':
    case 'ror': {
      const left = kind === 'rol' ? count % width : (width - (count % width)) % width;
      const turned = places.map((i) => (i - left + width) % width);
      return [...turned, turned[kind === 'rol' ? 0 : width - 1] as number];
    }
    case 'rcl':
    case 'rcr': {
      const size = width + 1;
      const left = kind === 'rcl' ? count % size : (size - (count % size)) % size;
      return Array.from({ length: size }, (_, i) => {
        const from = (i - left + size) % size;
        return from === width ? FROM_CARRY : from;
      });
    }
    case 'shld':
      return [...places.map((i) => (i >= count ? i - count : FROM_FILLER + width - count + i)), width - count];
    case 'shrd':
      return [...places.map((i) => (i + count < width ? i + count : FROM_FILLER + i + count - width)), count - 1];
  }
}

/** OF is defined for a count of one only. */
function propagateOverflow(net: Network, { kind, result, input, flagsAfter, width }: ShiftNodes, count: number): void {
  if (count !== 1) return;
  const top = 1 << (width - 1);
  if (kind === 'sar') net.refine(flagsAfter, OF, 0);
  else if (kind === 'shr') linkBits(net, flagsAfter, OF, input, top);
  else if (kind === 'shl' || kind === 'rol' || kind === 'rcl')
    linkXor(net, flagsAfter, [flagsAfter, CF], [result, top]);
  else if (kind === 'ror' || kind === 'rcr') linkXor(net, flagsAfter, [result, top], [result, top >>> 1 || 1]);
  else linkXor(net, flagsAfter, [result, top], [input, top]);
}

function linkXor(
  net: Network,
  flags: NodeId,
  [a, maskA]: readonly [NodeId, number],
  [b, maskB]: readonly [NodeId, number],
): void {
  const [x, y] = [net.bits(a), net.bits(b)];
  if ((x.unknown & maskA) !== 0 || (y.unknown & maskB) !== 0) return;
  net.refine(flags, OF, ((x.value & maskA) !== 0) !== ((y.value & maskB) !== 0) ? OF : 0);
}

export function sameFlags(net: Network, a: NodeId, b: NodeId, mask: number): void {
  const [x, y] = [net.bits(a), net.bits(b)];
  net.learn(b, { unknown: x.unknown | ~mask, value: x.value & mask });
  net.learn(a, { unknown: y.unknown | ~mask, value: y.value & mask });
}
