// What arithmetic and logic leave in EFLAGS, as relations between the flags, the operands and the result. Intel SDM vol. 1, "Status Flags".

import { EFLAGS } from '../../machine/eflags.ts';
import { atLeast, atMost, greatest, type KnownBits, least } from '../network/known-bits.ts';
import type { Network, NodeId } from '../network/network.ts';
import type { SumNodes } from './sum.ts';

const { CF, PF, AF, ZF, SF, OF } = EFLAGS;

/** ZF, SF and PF of a result of `width` bits. */
export function addResultFlags(network: Network, flags: NodeId, result: NodeId, width: number): void {
  network.addRelation({
    nodes: [flags, result],
    propagate: (net) => propagateResultFlags(net, flags, result, width),
  });
}

export function propagateResultFlags(net: Network, flags: NodeId, result: NodeId, width: number): void {
  propagateZero(net, flags, result, width === 32 ? -1 : (1 << width) - 1);
  propagateParity(net, flags, result);
  linkBits(net, flags, SF, result, 1 << (width - 1));
}

/** One bit of each value: they are equal. */
export function linkBits(net: Network, a: NodeId, maskA: number, b: NodeId, maskB: number): void {
  const x = net.bits(a);
  if ((x.unknown & maskA) === 0) net.refine(b, maskB, (x.value & maskA) !== 0 ? maskB : 0);
  const y = net.bits(b);
  if ((y.unknown & maskB) === 0) net.refine(a, maskA, (y.value & maskB) !== 0 ? maskA : 0);
}

function propagateZero(net: Network, flags: NodeId, result: NodeId, mask: number): void {
  const r = net.bits(result);
  if ((r.value & mask) !== 0) {
    net.refine(flags, ZF, 0);
    return;
  }
  const open = r.unknown & mask;
  if (open === 0) {
    net.refine(flags, ZF, ZF);
    return;
  }
  const f = net.bits(flags);
  if ((f.unknown & ZF) !== 0) return;
  if ((f.value & ZF) !== 0) net.refine(result, mask, 0);
  else if ((open & (open - 1)) === 0) net.refine(result, open, open);
}

function propagateParity(net: Network, flags: NodeId, result: NodeId): void {
  const r = net.bits(result);
  const open = r.unknown & 0xff;
  if ((open & (open - 1)) !== 0) return;
  const odd = parity(r.value & 0xff);
  if (open === 0) {
    net.refine(flags, PF, odd ? 0 : PF);
    return;
  }
  const f = net.bits(flags);
  if ((f.unknown & PF) !== 0) return;
  const wantOdd = (f.value & PF) === 0;
  net.refine(result, open, odd === wantOdd ? 0 : open);
}

function parity(byte: number): boolean {
  let bits = byte ^ (byte >>> 4);
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return (bits & 1) !== 0;
}

/** CF (where `withCarry`), OF and AF of the sum x + y + carry, which are also those of the difference sum − y − carry. */
export function addSumFlags(
  network: Network,
  flags: NodeId,
  nodes: SumNodes & { readonly writesCarry: boolean },
): void {
  const { sum, x, y, carry, writesCarry } = nodes;
  network.addRelation({
    nodes: [flags, sum, x, y, carry],
    propagate(net) {
      propagateAuxiliary(net, flags, [sum, x, y]);
      propagateTopBit(net, flags, nodes);
      if (writesCarry && net.isKnown(carry)) propagateCarry(net, flags, nodes, net.value(carry));
    },
  });
}

/** AF is bit 4 of sum ^ x ^ y. */
function propagateAuxiliary(net: Network, flags: NodeId, terms: readonly NodeId[]): void {
  let odd = false;
  let open: NodeId | undefined;
  let count = 0;
  for (const node of terms) {
    const bits = net.bits(node);
    if ((bits.unknown & 0x10) !== 0) {
      open = node;
      count++;
    } else if ((bits.value & 0x10) !== 0) odd = !odd;
  }
  if (count === 0) {
    net.refine(flags, AF, odd ? AF : 0);
    return;
  }
  const f = net.bits(flags);
  if (count > 1 || open === undefined || (f.unknown & AF) !== 0) return;
  net.refine(open, 0x10, odd === ((f.value & AF) !== 0) ? 0 : 0x10);
}

/** Tries the eight cases of the two top bits and the carry into them. */
function propagateTopBit(
  net: Network,
  flags: NodeId,
  { sum, x, y, width, writesCarry }: SumNodes & { readonly writesCarry: boolean },
): void {
  const bit = width - 1;
  const [s, a, b, f] = [net.bits(sum), net.bits(x), net.bits(y), net.bits(flags)];
  const flagMask = writesCarry ? CF | OF : OF;
  const allowed = (bits: KnownBits, one: number) =>
    ((bits.unknown >>> bit) & 1) !== 0 || ((bits.value >>> bit) & 1) === one;
  let [allA, anyA, allB, anyB, allS, anyS, allF, anyF] = [1, 0, 1, 0, 1, 0, -1, 0];
  let count = 0;
  for (let i = 0; i < 8; i++) {
    const [xa, yb, cin] = [i & 1, (i >> 1) & 1, i >> 2];
    const total = xa + yb + cin;
    const out = total >> 1;
    const top = total & 1;
    const set = (out !== 0 ? CF : 0) | (out !== cin ? OF : 0);
    if (!allowed(a, xa) || !allowed(b, yb) || !allowed(s, top)) continue;
    if (((set ^ f.value) & ~f.unknown & flagMask) !== 0) continue;
    count++;
    allA &= xa;
    anyA |= xa;
    allB &= yb;
    anyB |= yb;
    allS &= top;
    anyS |= top;
    allF &= set;
    anyF |= set;
  }
  if (count === 0) {
    net.fail('flags that this sum cannot leave');
    return;
  }
  if (allA === anyA) net.refine(x, 1 << bit, allA << bit);
  if (allB === anyB) net.refine(y, 1 << bit, allB << bit);
  if (allS === anyS) net.refine(sum, 1 << bit, allS << bit);
  net.refine(flags, flagMask & ~(allF ^ anyF), allF);
}

/** CF as a comparison: a sum without carry in is below its terms exactly where it carried, one with carry in not above them. */
function propagateCarry(net: Network, flags: NodeId, { sum, x, y }: SumNodes, carryIn: number): void {
  for (const term of [x, y]) {
    const [s, t] = [net.bits(sum), net.bits(term)];
    if (greatest(s) < least(t) + carryIn) net.refine(flags, CF, CF);
    else if (least(s) >= greatest(t) + carryIn) net.refine(flags, CF, 0);
    const f = net.bits(flags);
    if ((f.unknown & CF) === 0 && carryIn === 0) learnOrder(net, sum, term, (f.value & CF) !== 0);
  }
}

/** Carried: sum < term. Not carried: sum ≥ term. */
function learnOrder(net: Network, sum: NodeId, term: NodeId, carried: boolean): void {
  const [s, t] = [net.bits(sum), net.bits(term)];
  const impossible = carried && (greatest(t) === 0 || least(s) === 0xffff_ffff);
  const [sumBits, termBits] = impossible
    ? [undefined, undefined]
    : carried
      ? [atMost(s, (greatest(t) - 1) | 0), atLeast(t, (least(s) + 1) | 0)]
      : [atLeast(s, least(t) | 0), atMost(t, greatest(s) | 0)];
  if (sumBits === undefined || termBits === undefined) {
    net.fail('an order of values that the carry flag excludes');
    return;
  }
  net.learn(sum, sumBits);
  net.learn(term, termBits);
}
