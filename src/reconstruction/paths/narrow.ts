// Values of which few bits are open: every way to fill these in is tried, and what all ways that contradict nothing have in common is certain.
// It finds what no relation sees alone: a product that would overflow, a value that several comparisons leave one choice for.

import type { NodeId } from '../network/network.ts';
import type { Path } from './path.ts';

/** Values with more open bits than this are left alone. */
const OPEN_BITS = 4;

/** Tries at most `trials` values; the path keeps what is certain. Gives the trials left. */
export function narrow(path: Path, trials: number): number {
  const net = path.network;
  const seen = new Set<NodeId>();
  let left = trials;
  for (const node of candidates(path)) {
    const { unknown, value } = net.bits(node);
    const root = net.classOf(node);
    if (unknown === 0 || seen.has(root)) continue;
    seen.add(root);
    const choices = fillings(unknown);
    if (choices === undefined) continue;
    if (choices.length > left) return left;
    left -= choices.length;
    const fitting = choices.filter((filling) => fits(path, node, value | filling));
    // A path that was searched contradicts nothing; should all be excluded, the proof will say so.
    if (fitting.length === 0 || fitting.length === choices.length) continue;
    const all = fitting.reduce((a, b) => a & b);
    const any = fitting.reduce((a, b) => a | b);
    net.refine(node, unknown & ~(all ^ any), all);
    path.settle();
  }
  return left;
}

/** Registers before each step, and what was loaded and stored. */
function* candidates(path: Path): Iterable<NodeId> {
  for (const { before, events } of path.steps) {
    yield* before.registers;
    for (const event of events) if (event.kind !== 'barrier' && event.value !== undefined) yield event.value;
  }
}

function fits(path: Path, node: NodeId, value: number): boolean {
  const mark = path.mark();
  path.network.refine(node, -1, value);
  const contradictsNothing = path.settle();
  path.undo(mark);
  return contradictsNothing;
}

/** All values of the bits of `mask`; undefined where there are too many. */
function fillings(mask: number): readonly number[] | undefined {
  let values = [0];
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) {
    if (++bits > OPEN_BITS) return undefined;
    const bit = rest & -rest;
    values = values.concat(values.map((value) => value | bit));
  }
  return values;
}
