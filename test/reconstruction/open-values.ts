// Whether what a lead-up calls unknown is open indeed: looks for two runs over the path shown that end in the same log, registers, flags and
// fault, and differ in that value. Where there are two, no method could name it from this log.

import type { Cpu } from '../../src/cpu/cpu.ts';
import { GENERAL_REGISTERS } from '../../src/machine/registers.ts';
import type { CrashSite } from '../../src/reconstruction/crash-site.ts';
import { gatherKnowledge } from '../../src/reconstruction/knowledge.ts';
import { Path } from '../../src/reconstruction/paths/path.ts';
import { DEFAULT_LIMITS, findPath } from '../../src/reconstruction/paths/search.ts';
import { WindowCode } from '../../src/reconstruction/paths/window-code.ts';
import { provePath } from '../../src/reconstruction/proof.ts';
import { chooseWitness } from '../../src/reconstruction/witness.ts';

export interface OpenValues {
  /** Registers before each step. */
  readonly total: number;
  /** Not certain, even if the path is taken for granted. */
  readonly unknown: number;
  /** Unknown, and two runs differ in it. */
  readonly open: number;
  /** The others. */
  readonly notShown: readonly string[];
}

const VARIANTS = 4;
const TRIES = 600;
const RUN_STEPS = 1500;

/** Undefined where the path cannot be run. */
export function countOpenValues(site: CrashSite, cpu: Cpu): OpenValues | undefined {
  const code = new WindowCode(site);
  const found = findPath(new Path(site), code, site.code.faultOffset, DEFAULT_LIMITS);
  const { path } = gatherKnowledge(site, found.steps);
  const net = path.network;
  const values = new Map<number, Set<number>>();
  const nodes = new Set(path.steps.flatMap((step) => step.before.registers.filter((node) => !net.isKnown(node))));
  const run = (variant: number): boolean => {
    const mark = path.mark();
    const isChosen = chooseWitness(path, { variant, tries: TRIES }).stuck === undefined;
    const proved = isChosen && provePath(site, path, cpu, RUN_STEPS).outcome.kind === 'proved';
    if (proved) for (const node of nodes) values.set(node, (values.get(node) ?? new Set()).add(net.value(node)));
    path.undo(mark);
    return proved;
  };
  const proved = Array.from({ length: VARIANTS }, (_, variant) => run(variant));
  if (!proved.includes(true)) return undefined;
  const isOpen = (node: number) => (values.get(node)?.size ?? 0) > 1;
  for (const node of nodes) {
    const [seen = 0] = values.get(node) ?? [];
    for (let rest = net.unknownBits(node); rest !== 0 && !isOpen(node); rest &= rest - 1) {
      const bit = rest & -rest;
      const mark = path.mark();
      net.refine(node, bit, ~seen & bit);
      if (path.settle() && !run(0)) run(1);
      path.undo(mark);
    }
  }
  const places = path.steps.flatMap((step, i) =>
    step.before.registers.map((node, r) => ({ node, name: `${GENERAL_REGISTERS[r]} ${i + 1} before the fault` })),
  );
  const unknown = places.filter(({ node }) => nodes.has(node));
  const open = unknown.filter(({ node }) => isOpen(node));
  return {
    total: places.length,
    unknown: unknown.length,
    open: open.length,
    notShown: unknown.filter(({ node }) => !isOpen(node)).map(({ name }) => name),
  };
}
