// Products and quotients. An odd factor can be divided out modulo 2^32; quotient, remainder and divisor give the dividend back.

import { EFLAGS } from '../../machine/eflags.ts';
import { atMost, greatest } from '../network/known-bits.ts';
import type { Network, NodeId } from '../network/network.ts';

const { CF, OF } = EFLAGS;
const WORD = 0x1_0000_0000n;

/** The low `width` bits of a product. */
export function addProduct(network: Network, result: NodeId, a: NodeId, b: NodeId, width: number): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  network.addRelation({
    nodes: [result, a, b],
    propagate(net) {
      const [x, y] = [net.bits(a), net.bits(b)];
      // The low k bits of a product depend on the low k bits of its factors alone.
      const sure = lowMask(knownLow(x.unknown | y.unknown)) & mask;
      net.refine(result, sure, Math.imul(x.value, y.value));
      divideOut(net, result, a, b, width);
      divideOut(net, result, b, a, width);
    },
  });
}

/** Learns `wanted` where `factor` is known: exact modulo 2^(width − trailing zeros of the factor). */
function divideOut(net: Network, result: NodeId, wanted: NodeId, factor: NodeId, width: number): void {
  if (!net.isKnown(factor) || net.value(factor) === 0) return;
  const f = net.value(factor);
  const zeros = 31 - Math.clz32(f & -f);
  const low = knownLow(net.unknownBits(result));
  net.refine(result, zeros === 0 ? 0 : lowMask(zeros), 0);
  const bits = Math.min(low, width) - zeros;
  if (bits <= 0) return;
  const odd = f >>> zeros;
  net.refine(wanted, lowMask(bits), Math.imul(net.value(result) >>> zeros, inverse(odd)));
}

function knownLow(unknown: number): number {
  return unknown === 0 ? 32 : 31 - Math.clz32(unknown & -unknown);
}

function lowMask(bits: number): number {
  return bits >= 32 ? -1 : (1 << bits) - 1;
}

/** The inverse of an odd number modulo 2^32, by Newton's iteration. */
export function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, (2 - Math.imul(odd, x)) | 0);
  return x;
}

export interface WideNodes {
  readonly low: NodeId;
  readonly high: NodeId;
  readonly signed: boolean;
}

/** high:low = a × b; CF and OF say whether the high half matters. */
export function addWideProduct(
  network: Network,
  { low, high, signed }: WideNodes,
  a: NodeId,
  b: NodeId,
  flags: NodeId,
): void {
  addProduct(network, low, a, b, 32);
  network.addRelation({
    nodes: [low, high, a, b, flags],
    propagate(net) {
      if (net.isKnown(a) && net.isKnown(b)) {
        const product = read(net, a, signed) * read(net, b, signed);
        net.refine(low, -1, Number(BigInt.asIntN(32, product)));
        net.refine(high, -1, Number(BigInt.asIntN(32, product >> 32n)));
        const fits = signed ? BigInt.asIntN(32, product) === product : product < WORD;
        net.refine(flags, CF | OF, fits ? 0 : CF | OF);
      } else if (net.isKnown(low) && net.isKnown(high)) {
        divideWide(net, low, high, a, b, signed);
        divideWide(net, low, high, b, a, signed);
      }
    },
  });
}

function divideWide(net: Network, low: NodeId, high: NodeId, wanted: NodeId, factor: NodeId, signed: boolean): void {
  if (!net.isKnown(factor) || net.value(factor) === 0) return;
  const product = join(net, low, high, signed);
  const f = read(net, factor, signed);
  if (product % f !== 0n) {
    net.fail('a product that is no multiple of its factor');
    return;
  }
  net.refine(wanted, -1, Number(BigInt.asIntN(32, product / f)));
}

function read(net: Network, node: NodeId, signed: boolean): bigint {
  return BigInt(signed ? net.value(node) | 0 : net.value(node));
}

function join(net: Network, low: NodeId, high: NodeId, signed: boolean): bigint {
  const value = (BigInt(net.value(high)) << 32n) | BigInt(net.value(low));
  return signed ? BigInt.asIntN(64, value) : value;
}

/** CF and OF of the two- and three-operand imul of 32 bits. */
export function addProductFlags(network: Network, a: NodeId, b: NodeId, width: number, flags: NodeId): void {
  network.addRelation({
    nodes: [a, b, flags],
    propagate(net) {
      if (!net.isKnown(a) || !net.isKnown(b)) return;
      const sign = (node: NodeId) => BigInt.asIntN(width, BigInt(net.value(node)));
      const product = sign(a) * sign(b);
      net.refine(flags, CF | OF, BigInt.asIntN(width, product) === product ? 0 : CF | OF);
    },
  });
}

/** quotient and remainder of high:low ÷ divisor, of 32 bits each. */
export function addDivision(
  network: Network,
  dividend: WideNodes,
  divisor: NodeId,
  quotient: NodeId,
  remainder: NodeId,
): void {
  const { low, high, signed } = dividend;
  network.addRelation({
    nodes: [low, high, divisor, quotient, remainder],
    propagate(net) {
      if (net.isKnown(divisor) && net.value(divisor) === 0) {
        net.fail('a division by zero that did not fault');
        return;
      }
      if (!signed) {
        const below = atMost(net.bits(remainder), (greatest(net.bits(divisor)) - 1) | 0);
        if (below) net.learn(remainder, below);
      }
      if (net.isKnown(low) && net.isKnown(high) && net.isKnown(divisor)) {
        const n = join(net, low, high, signed);
        const d = read(net, divisor, signed);
        const q = n / d;
        const fits = signed ? BigInt.asIntN(32, q) === q : q < WORD;
        if (!fits) {
          net.fail('a division overflow that did not fault');
          return;
        }
        net.refine(quotient, -1, Number(BigInt.asIntN(32, q)));
        net.refine(remainder, -1, Number(BigInt.asIntN(32, n % d)));
      } else if (net.isKnown(quotient) && net.isKnown(remainder) && net.isKnown(divisor)) {
        const n = read(net, quotient, signed) * read(net, divisor, signed) + read(net, remainder, signed);
        net.refine(low, -1, Number(BigInt.asIntN(32, n)));
        net.refine(high, -1, Number(BigInt.asIntN(32, n >> 32n)));
      }
    },
  });
}
