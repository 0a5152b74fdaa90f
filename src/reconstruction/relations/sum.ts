// sum = x + y + carry modulo 2^width, read in all directions. A difference d = a − b is the sum a = d + b.

import { addBits, exactly, fromTop, type KnownBits, subtractBits, toTop } from '../network/known-bits.ts';
import { type Network, type NodeId, type Relation, ZERO } from '../network/network.ts';

export interface SumNodes {
  readonly sum: NodeId;
  readonly x: NodeId;
  readonly y: NodeId;
  /** 0 or 1. */
  readonly carry: NodeId;
  readonly width: number;
}

export function addSum(network: Network, { sum, x, y, carry, width }: SumNodes): void {
  const at = (net: Network, node: NodeId): KnownBits => toTop(net.bits(node), width);
  const relation: Relation = {
    nodes: [sum, x, y, carry],
    propagate(net) {
      const [s, a, b, c] = [at(net, sum), at(net, x), at(net, y), at(net, carry)];
      const own = (bits: KnownBits) => fromTop(bits, width);
      net.learn(sum, own(addBits(addBits(a, b), c)));
      net.learn(x, own(subtractBits(subtractBits(s, b), c)));
      net.learn(y, own(subtractBits(subtractBits(s, a), c)));
      net.learn(carry, own(subtractBits(subtractBits(s, a), b)));
      if (width === 32) linkDistances(net, sum, x, y, carry);
    },
  };
  network.addRelation(relation);
}

/** Where one term is known, the others differ by a constant; where two differ by a constant, the third is known. */
function linkDistances(net: Network, sum: NodeId, x: NodeId, y: NodeId, carry: NodeId): void {
  if (!net.isKnown(carry)) return;
  const c = net.value(carry);
  if (net.isKnown(y)) net.equate(sum, x, (net.value(y) + c) | 0);
  else if (net.isKnown(x)) net.equate(sum, y, (net.value(x) + c) | 0);
  const overX = net.distance(sum, x);
  if (overX !== undefined) net.learn(y, exactly((overX - c) | 0));
  const overY = net.distance(sum, y);
  if (overY !== undefined) net.learn(x, exactly((overY - c) | 0));
}

/** base + index × scale: the arithmetic of an effective address, without its displacement. */
export function addScaledSum(network: Network, base: NodeId | undefined, index: NodeId, scale: number): NodeId {
  const scaled = scale === 1 ? index : addScaled(network, index, Math.log2(scale));
  if (base === undefined) return scaled;
  const sum = network.addNode();
  addSum(network, { sum, x: base, y: scaled, carry: ZERO, width: 32 });
  return sum;
}

function addScaled(network: Network, index: NodeId, shift: number): NodeId {
  const scaled = network.addNode();
  network.refine(scaled, (1 << shift) - 1, 0);
  network.addRelation({
    nodes: [index, scaled],
    propagate(net) {
      const from = net.bits(index);
      net.learn(scaled, { unknown: from.unknown << shift, value: from.value << shift });
      const to = net.bits(scaled);
      const high = ~(-1 >>> shift);
      net.learn(index, { unknown: (to.unknown >>> shift) | high, value: to.value >>> shift });
    },
  });
  return scaled;
}
