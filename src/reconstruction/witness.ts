// Picks a value for everything that the log leaves open, so that the path can be run: free bits are set one node at a time, in the order
// of execution, and each choice is propagated at once. A choice that contradicts something is taken back and the next one is tried.

import { ARITHMETIC_FLAGS, EFLAGS } from '../machine/eflags.ts';
import type { MemoryEvent } from './network/memory-versions.ts';
import type { NodeId } from './network/network.ts';
import type { Path } from './paths/path.ts';

export const NO_WITNESS = 'no values were found that lead to the logged state';

export interface WitnessOptions {
  /** Different numbers prefer different values for what is free. */
  readonly variant: number;
  /** Choices tried in all. */
  readonly tries: number;
}

/**
 * Undefined: every node that the run needs is known now; the path keeps the choices. Else the step, latest first, that no choice was
 * found for; nothing is kept.
 */
export function chooseWitness(path: Path, options: WitnessOptions): number | undefined {
  const nodes = openNodes(path);
  let tries = options.tries;
  let furthest = -1;
  const attempt = (choice: Choice, mask: number, value: number, index: number): boolean => {
    if (tries-- <= 0) return false;
    const mark = path.mark();
    path.network.refine(choice.node, mask, value);
    if (path.settle() && decide(index)) return true;
    path.undo(mark);
    return false;
  };
  const decide = (index: number): boolean => {
    let i = index;
    while (i < nodes.length && !isOpen(path, nodes[i] as Choice)) i++;
    const choice = nodes[i];
    if (choice === undefined) return true;
    furthest = Math.max(furthest, i);
    const preferred = preference(path, choice, i, options.variant);
    if (attempt(choice, choice.mask, preferred, i + 1)) return true;
    // A factor of one, a count of one.
    if (choice.role === 'value' && attempt(choice, choice.mask, 1, i + 1)) return true;
    // Then bit by bit from the lowest, as carries go; the node stays the current one until it is known.
    const open = path.network.unknownBits(choice.node) & choice.mask;
    const bit = open & -open;
    return attempt(choice, bit, preferred, i) || attempt(choice, bit, ~preferred, i);
  };
  const mark = path.mark();
  if (path.settle() && decide(0)) return undefined;
  path.undo(mark);
  return nodes[furthest]?.step ?? path.steps.length - 1;
}

interface Choice {
  readonly node: NodeId;
  /** Bits that matter. */
  readonly mask: number;
  readonly role: 'address' | 'value' | 'flags';
  /** Index of the step, latest first, that the node belongs to. */
  readonly step: number;
  /** The load that the node is the value of. */
  readonly load?: MemoryEvent;
}

function isOpen(path: Path, { node, mask }: Choice): boolean {
  return (path.network.unknownBits(node) & mask) !== 0;
}

/** In the order of execution: addresses before what is found there. */
function openNodes(path: Path): readonly Choice[] {
  const net = path.network;
  const addresses = new Set<NodeId>();
  for (const event of path.memory.events) if (event.kind !== 'barrier') addresses.add(net.classOf(event.node));
  const choices: Choice[] = [];
  for (let step = path.steps.length - 1; step >= -1; step--) {
    const add = (node: NodeId, load?: MemoryEvent) => {
      const role = addresses.has(net.classOf(node)) ? 'address' : 'value';
      choices.push({ node, mask: -1, role, step, ...(load && { load }) });
    };
    const front = path.steps[step]?.before ?? path.final;
    for (const node of front.registers) add(node);
    choices.push({ node: front.flags, mask: ARITHMETIC_FLAGS | EFLAGS.DF, role: 'flags', step });
    add(front.segments.fs);
    add(front.segments.gs);
    for (const event of path.steps[step]?.events ?? []) {
      if (event.kind === 'barrier') continue;
      add(event.node);
      if (event.count !== undefined) add(event.count);
      if (event.value !== undefined) add(event.value, event.kind === 'load' ? event : undefined);
    }
  }
  return choices;
}

/** Made-up objects lie far from what kernels and programs use, and close together: each page that a run touches costs time. */
const FIRST_OBJECT = 0x2000_0000;
const OBJECT_SPACING = 0x90;
const OBJECTS = 24;
/** Where the object of the other variants and second choices lie. */
const NEXT_AREA = 0x0010_0000;

/** What a node gets where it is free: its known bits with a pattern in the others. */
function preference(path: Path, { node, role, load }: Choice, index: number, variant: number): number {
  const { unknown, value } = path.network.bits(node);
  const likely = load && path.memory.likelyValue(load);
  const free = likely !== undefined ? likely.value : role === 'address' ? objectAddress(index, variant) : variant === 0 ? 0 : mix(index, variant);
  return (free & unknown) | value;
}

function objectAddress(index: number, variant: number): number {
  return (
    (FIRST_OBJECT + (index % OBJECTS) * OBJECT_SPACING + Math.floor(index / OBJECTS) * 0x1000 + variant * NEXT_AREA) | 0
  );
}

function mix(index: number, variant: number): number {
  return Math.imul(index + 1, 0x9e37_79b1) ^ Math.imul(variant + 1, 0x85eb_ca6b);
}
