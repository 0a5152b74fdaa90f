// Picks a value for everything that the log leaves open, so that the path can be run: free bits are set one node at a time, in the order
// of execution, and each choice is propagated at once. A choice that contradicts something is taken back and the next one is tried.

import { ARITHMETIC_FLAGS, EFLAGS } from '../machine/eflags.ts';
import type { NodeId } from './network/network.ts';
import type { Path, PathStep } from './paths/path.ts';

export interface WitnessOptions {
  /** Different numbers prefer different values for what is free. */
  readonly variant: number;
  /** Choices tried in all. */
  readonly tries: number;
}

/** True: every node that the run needs is known now. The path keeps the choices; undo them with its mark. */
export function chooseWitness(path: Path, options: WitnessOptions): boolean {
  const nodes = openNodes(path);
  let tries = options.tries;
  const decide = (index: number): boolean => {
    let i = index;
    while (i < nodes.length && !isOpen(path, nodes[i] as Choice)) i++;
    const choice = nodes[i];
    if (choice === undefined) return true;
    for (const pattern of patterns(path, choice, i, options.variant)) {
      if (tries-- <= 0) return false;
      const mark = path.mark();
      path.network.refine(choice.node, choice.mask, pattern);
      if (path.settle() && decide(i + 1)) return true;
      path.undo(mark);
    }
    return false;
  };
  return path.settle() && decide(0);
}

interface Choice {
  readonly node: NodeId;
  /** Bits that matter. */
  readonly mask: number;
  readonly role: 'address' | 'value' | 'flags';
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
  const add = (node: NodeId) =>
    choices.push({ node, mask: -1, role: addresses.has(net.classOf(node)) ? 'address' : 'value' });
  const addFront = (step: PathStep | undefined) => {
    const front = step?.before ?? path.final;
    for (const node of front.registers) add(node);
    choices.push({ node: front.flags, mask: ARITHMETIC_FLAGS | EFLAGS.DF, role: 'flags' });
    add(front.segments.fs);
    add(front.segments.gs);
  };
  for (let i = path.steps.length - 1; i >= 0; i--) {
    const step = path.steps[i] as PathStep;
    addFront(step);
    for (const event of step.events) {
      if (event.kind === 'barrier') continue;
      add(event.node);
      if (event.count !== undefined) add(event.count);
      if (event.value !== undefined) add(event.value);
    }
  }
  addFront(undefined);
  return choices;
}

const VALUES = [0, -1, 1, 2, 0x7fff_ffff, -0x8000_0000, 0x40, 0x1234_5678, 0x5555_5555, 0x0000_ffff];
/** Far from where kernels and programs keep anything, so that made-up objects meet nothing that is known. */
const FIRST_REGION = 0x2000_0000;
const REGION_SIZE = 0x0010_0000;

function patterns(path: Path, { node, role }: Choice, index: number, variant: number): readonly number[] {
  const open = path.network.unknownBits(node);
  const own = role === 'address' ? region(index, variant) : mix(index, variant);
  const candidates =
    role === 'address'
      ? [own, own + REGION_SIZE * 64, ...VALUES]
      : variant === 0
        ? [...VALUES, own]
        : [own, ...VALUES, mix(index + 1, variant), mix(index + 2, variant)];
  return [...new Set(candidates.map((value) => (value & open) | path.network.bits(node).value))];
}

function region(index: number, variant: number): number {
  return (FIRST_REGION + REGION_SIZE * (index + 1) + variant * 0x0800_0000) | 0;
}

function mix(index: number, variant: number): number {
  return Math.imul(index + 1, 0x9e37_79b1) ^ Math.imul(variant + 1, 0x85eb_ca6b);
}
