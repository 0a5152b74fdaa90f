// The condition codes of jcc, setcc and cmovcc as relations over EFLAGS. Intel SDM vol. 1, appendix B, "EFLAGS Condition Codes".

import { EFLAGS } from '../../machine/eflags.ts';
import type { Network, NodeId } from '../network/network.ts';

interface Condition {
  /** Flags that decide. */
  readonly flags: readonly number[];
  holds(eflags: number): boolean;
}

const { CF, PF, ZF, SF, OF } = EFLAGS;
const has = (flag: number) => (eflags: number) => (eflags & flag) !== 0;
const signsDiffer = (eflags: number) => ((eflags & SF) !== 0) !== ((eflags & OF) !== 0);

/** The conditions by their positive names; the others are their opposites. */
const POSITIVE: Readonly<Record<string, Condition>> = {
  o: { flags: [OF], holds: has(OF) },
  b: { flags: [CF], holds: has(CF) },
  e: { flags: [ZF], holds: has(ZF) },
  be: { flags: [CF, ZF], holds: (f) => (f & (CF | ZF)) !== 0 },
  s: { flags: [SF], holds: has(SF) },
  p: { flags: [PF], holds: has(PF) },
  l: { flags: [SF, OF], holds: signsDiffer },
  le: { flags: [ZF, SF, OF], holds: (f) => (f & ZF) !== 0 || signsDiffer(f) },
};
const OPPOSITES: Readonly<Record<string, string>> = {
  no: 'o',
  ae: 'b',
  ne: 'e',
  a: 'be',
  ns: 's',
  np: 'p',
  ge: 'l',
  g: 'le',
};

function opposite(condition: Condition): Condition {
  return { flags: condition.flags, holds: (eflags) => !condition.holds(eflags) };
}

const CONDITIONS: ReadonlyMap<string, Condition> = new Map([
  ...Object.entries(POSITIVE),
  ...Object.entries(OPPOSITES).map(([name, of]): [string, Condition] => [name, opposite(POSITIVE[of] as Condition)]),
]);

export function isFlagCondition(name: string | undefined): name is string {
  return name !== undefined && CONDITIONS.has(name);
}

/** Whether the condition holds; undefined where it asks for flags outside of `known`, or is none of flags. */
export function conditionHolds(name: string, eflags: number, known: number): boolean | undefined {
  const condition = CONDITIONS.get(name);
  return condition?.flags.every((flag) => (known & flag) !== 0) ? condition.holds(eflags) : undefined;
}

/** `outcome` is 1 where the condition holds of `flags`, else 0. */
export function addCondition(network: Network, name: string, flags: NodeId, outcome: NodeId): void {
  const condition = CONDITIONS.get(name);
  if (condition === undefined) return;
  network.addRelation({
    nodes: [flags, outcome],
    propagate(net) {
      const eflags = net.bits(flags);
      const wanted = net.bits(outcome);
      let all = -1;
      let any = 0;
      let outcomes = 0;
      const mask = condition.flags.reduce((a, b) => a | b, 0);
      for (const candidate of combinations(condition.flags)) {
        if (((candidate ^ eflags.value) & ~eflags.unknown & mask) !== 0) continue;
        const holds = condition.holds(candidate) ? 1 : 0;
        if (wanted.unknown === 0 && wanted.value !== holds) continue;
        all &= candidate;
        any |= candidate;
        outcomes |= 1 << holds;
      }
      if (outcomes === 0) {
        net.fail('a branch that the flags do not allow');
        return;
      }
      if (outcomes !== 3) net.refine(outcome, -1, outcomes >> 1);
      net.refine(flags, mask & ~(all ^ any), all & mask);
    },
  });
}

function combinations(flags: readonly number[]): readonly number[] {
  let sets = [0];
  for (const flag of flags) sets = sets.concat(sets.map((set) => set | flag));
  return sets;
}
