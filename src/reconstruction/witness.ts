// Picks a value for everything that the log leaves open, so that the path can be run: free bits are set one node at a time, in the order
// of execution, and each choice is propagated at once. A choice that contradicts something is taken back and the next one is tried.

import { ARITHMETIC_FLAGS, EFLAGS } from '../machine/eflags.ts';
import type { MemoryEvent } from './network/memory-versions.ts';
import type { NodeId } from './network/network.ts';
import type { Path } from './paths/path.ts';

export interface WitnessOptions {
  /** Different numbers prefer different values for what is free. */
  readonly variant: number;
  /** Choices tried in all. */
  readonly tries: number;
}

export interface WitnessOutcome {
  /**
   * Undefined: every node that the run needs is known now, and the path keeps the choices. Else the step, latest first, that no choice
   * was found for; nothing is kept.
   */
  readonly stuck?: number;
  /** Choices tried. */
  readonly tried: number;
}

export function chooseWitness(path: Path, options: WitnessOptions): WitnessOutcome {
  const [addressesFirst, valuesFirst] = openNodes(path);
  const first = chooseInOrder(path, addressesFirst, options);
  if (first.stuck === undefined) return first;
  const second = chooseInOrder(path, valuesFirst, options);
  return { ...second, tried: first.tried + second.tried };
}

function chooseInOrder(path: Path, nodes: readonly Choice[], options: WitnessOptions): WitnessOutcome {
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
    while (i < nodes.length && !mustChoose(path, nodes[i] as Choice)) i++;
    const choice = nodes[i];
    if (choice === undefined) return true;
    furthest = Math.max(furthest, i);
    const preferred = preference(path, choice, i, options.variant);
    if (attempt(choice, choice.mask, preferred, i + 1)) return true;
    if (choice.role === 'load') return decide(i + 1);
    // A factor or a count of one; a large odd factor, which overflows.
    if (choice.role === 'value') {
      const open = path.network.unknownBits(choice.node);
      const { value } = path.network.bits(choice.node);
      for (const free of [1, LARGE_ODD]) {
        if (attempt(choice, choice.mask, (free & open) | value, i + 1)) return true;
      }
    }
    // Then bit by bit from the lowest, as carries go; the node stays the current one until it is known.
    const open = path.network.unknownBits(choice.node) & choice.mask;
    const bit = open & -open;
    return attempt(choice, bit, preferred, i) || attempt(choice, bit, ~preferred, i);
  };
  const mark = path.mark();
  const found = path.settle() && decide(0);
  const tried = options.tries - tries;
  if (found) return { tried };
  path.undo(mark);
  return { stuck: nodes[furthest]?.step ?? path.steps.length - 1, tried };
}

interface Choice {
  readonly node: NodeId;
  /** Bits that matter. */
  readonly mask: number;
  /** `load`: chosen only where there is a likely value. */
  readonly role: 'address' | 'load' | 'value' | 'flags';
  /** Index of the step, latest first, that the node belongs to. */
  readonly step: number;
  /** The load that the node is the value of. */
  readonly load?: MemoryEvent;
}

function mustChoose(path: Path, { node, mask, load }: Choice): boolean {
  if ((path.network.unknownBits(node) & mask) === 0) return false;
  return load === undefined || path.memory.likelyValue(load) !== undefined;
}

/**
 * What to choose in which order. Loads that have a likely value, then addresses, so that it is settled which accesses meet, then what
 * is likely now. The rest from the fault backwards, because the log says how things ended: results before what they were made from.
 * Flags come last, because they follow from values. The second order leaves the addresses to what they are computed from.
 */
function openNodes(path: Path): readonly [readonly Choice[], readonly Choice[]] {
  const addresses: Choice[] = [];
  const loads: Choice[] = [];
  const rest: Choice[] = [];
  const decided: Choice[] = [];
  for (let step = path.steps.length - 1; step >= 0; step--) {
    for (const event of path.steps[step]?.events ?? []) {
      if (event.kind === 'barrier') continue;
      addresses.push({ node: event.node, mask: -1, role: 'address', step });
      if (event.count !== undefined) addresses.push({ node: event.count, mask: -1, role: 'value', step });
      if (event.kind === 'load' && event.value !== undefined)
        loads.push({ node: event.value, mask: -1, role: 'load', step, load: event });
    }
  }
  for (let step = -1; step < path.steps.length; step++) {
    const { registers, flags, segments } = path.steps[step]?.before ?? path.final;
    decided.push({ node: flags, mask: ARITHMETIC_FLAGS | EFLAGS.DF, role: 'flags', step });
    for (const i of REGISTER_ORDER) rest.push({ node: registers[i] as NodeId, mask: -1, role: 'value', step });
    for (const node of [segments.fs, segments.gs]) rest.push({ node, mask: -1, role: 'value', step });
    for (const event of path.steps[step]?.events ?? []) {
      if (event.kind === 'barrier') continue;
      for (const node of [event.value, event.last]) {
        if (node !== undefined) rest.push({ node, mask: -1, role: 'value', step });
      }
    }
  }
  return [
    [...loads, ...addresses, ...loads, ...rest, ...decided],
    [...loads, ...rest, ...addresses, ...decided],
  ];
}

/** ecx first: it counts. eax and edx last: products and quotients. */
const REGISTER_ORDER = [1, 3, 4, 5, 6, 7, 2, 0];

const LARGE_ODD = 0x5bd1_e995;
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
  const free =
    likely !== undefined
      ? likely.value
      : role === 'address'
        ? objectAddress(index, variant)
        : variant === 0
          ? 0
          : mix(index, variant);
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
