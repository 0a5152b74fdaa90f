// Relations that act on each bit alone: and, or, xor, parts of registers, extension, and bits that move to other places.

import type { KnownBits } from '../network/known-bits.ts';
import type { Network, NodeId } from '../network/network.ts';

export type BitwiseKind = 'and' | 'or' | 'xor';

export function addBitwise(network: Network, kind: BitwiseKind, result: NodeId, a: NodeId, b: NodeId): void {
  network.addRelation({
    nodes: [result, a, b],
    propagate(net) {
      if (kind === 'xor') propagateXor(net, result, a, b);
      else if (kind === 'and') propagateAnd(net, result, a, b);
      else propagateOr(net, result, a, b);
    },
  });
}

function propagateXor(net: Network, result: NodeId, a: NodeId, b: NodeId): void {
  if (net.distance(a, b) === 0) net.refine(result, -1, 0);
  const [r, x, y] = [net.bits(result), net.bits(a), net.bits(b)];
  net.learn(result, xorBits(x, y));
  net.learn(a, xorBits(r, y));
  net.learn(b, xorBits(r, x));
  if (net.isKnown(a) && net.value(a) === 0) net.equate(result, b);
  if (net.isKnown(b) && net.value(b) === 0) net.equate(result, a);
}

function xorBits(x: KnownBits, y: KnownBits): KnownBits {
  const unknown = x.unknown | y.unknown;
  return { unknown, value: (x.value ^ y.value) & ~unknown };
}

function propagateAnd(net: Network, result: NodeId, a: NodeId, b: NodeId): void {
  if (net.distance(a, b) === 0) net.equate(result, a);
  const [r, x, y] = [net.bits(result), net.bits(a), net.bits(b)];
  const one = x.value & y.value;
  const zero = (~x.value & ~x.unknown) | (~y.value & ~y.unknown);
  net.learn(result, { unknown: ~(one | zero), value: one });
  net.learn(a, andInput(r, y));
  net.learn(b, andInput(r, x));
}

/** Where the result is one the input is; where the result is zero and the other input one, it is zero. */
function andInput(result: KnownBits, other: KnownBits): KnownBits {
  const zero = ~result.value & ~result.unknown & other.value;
  return { unknown: ~(result.value | zero), value: result.value };
}

function propagateOr(net: Network, result: NodeId, a: NodeId, b: NodeId): void {
  if (net.distance(a, b) === 0) net.equate(result, a);
  const [r, x, y] = [net.bits(result), net.bits(a), net.bits(b)];
  const one = x.value | y.value;
  const zero = ~x.value & ~x.unknown & ~y.value & ~y.unknown;
  net.learn(result, { unknown: ~(one | zero), value: one });
  net.learn(a, orInput(r, y));
  net.learn(b, orInput(r, x));
  if (net.isKnown(a) && net.value(a) === 0) net.equate(result, b);
  if (net.isKnown(b) && net.value(b) === 0) net.equate(result, a);
}

function orInput(result: KnownBits, other: KnownBits): KnownBits {
  const zero = ~result.value & ~result.unknown;
  const one = result.value & ~other.value & ~other.unknown;
  return { unknown: ~(one | zero), value: one };
}

/** Both nodes have the same bits under `mask`. */
export function addSameBits(network: Network, a: NodeId, b: NodeId, mask: number): void {
  if (mask === 0) return;
  network.addRelation({
    nodes: [a, b],
    propagate(net) {
      const [x, y] = [net.bits(a), net.bits(b)];
      net.learn(b, { unknown: x.unknown | ~mask, value: x.value & mask });
      net.learn(a, { unknown: y.unknown | ~mask, value: y.value & mask });
    },
  });
}

/** `part` is bits shift … shift+width−1 of `whole`, with zeros above. */
export function addPart(network: Network, whole: NodeId, shift: number, width: number): NodeId {
  const part = network.addNarrow(width);
  linkPart(network, whole, part, shift, width);
  return part;
}

/** As addPart, for a node that exists. */
export function linkPart(network: Network, whole: NodeId, part: NodeId, shift: number, width: number): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  network.addRelation({
    nodes: [whole, part],
    propagate(net) {
      const w = net.bits(whole);
      net.learn(part, { unknown: (w.unknown >>> shift) & mask, value: (w.value >>> shift) & mask });
      const p = net.bits(part);
      const there = mask << shift;
      net.learn(whole, { unknown: (p.unknown << shift) | ~there, value: (p.value << shift) & there });
    },
  });
}

/** `wide` is `narrow`, of `width` bits, with its sign repeated up to bit `to` − 1. */
export function addSignExtension(network: Network, narrow: NodeId, wide: NodeId, width: number, to: number): void {
  const low = (1 << width) - 1;
  const high = (to === 32 ? -1 : (1 << to) - 1) & ~low;
  const sign = 1 << (width - 1);
  network.addRelation({
    nodes: [narrow, wide],
    propagate(net) {
      const n = net.bits(narrow);
      const spread = (bits: number) => ((bits & sign) !== 0 ? high : 0);
      net.learn(wide, {
        unknown: (n.unknown & low) | spread(n.unknown) | ~(low | high),
        value: (n.value & low) | spread(n.value),
      });
      const w = net.bits(wide);
      const signs = high | sign;
      const one = (w.value & signs) !== 0;
      const zero = (~w.value & ~w.unknown & signs) !== 0;
      net.learn(narrow, { unknown: (w.unknown & low) | ~low, value: w.value & low });
      if (one) net.refine(narrow, sign, sign);
      if (zero) net.refine(narrow, sign, 0);
    },
  });
}

/** Bit i of `result` is bit `source[i]` of `input`; −1 stands for a zero, −2 for a bit that nothing is said about. */
export function propagateMovedBits(net: Network, result: NodeId, input: NodeId, source: readonly number[]): void {
  const from = net.bits(input);
  let unknown = 0;
  let value = 0;
  for (let i = 0; i < source.length; i++) {
    const j = source[i] as number;
    if (j === -1) continue;
    if (j === -2 || (from.unknown >>> j) & 1) unknown |= 1 << i;
    else if ((from.value >>> j) & 1) value |= 1 << i;
  }
  net.learn(result, { unknown, value });
  const to = net.bits(result);
  let mask = 0;
  let back = 0;
  for (let i = 0; i < source.length; i++) {
    const j = source[i] as number;
    if (j < 0 || (to.unknown >>> i) & 1) continue;
    mask |= 1 << j;
    if ((to.value >>> i) & 1) back |= 1 << j;
  }
  net.refine(input, mask, back);
}
