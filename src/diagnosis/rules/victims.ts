// Rules that tell a victim from a culprit: damaged free lists, locks that were never set up, callees that lost registers.

import { capped, registerGround, stepGrounds } from '../crash.ts';
import { helperClassOf } from '../helpers.ts';
import type { Rule } from './rule.ts';

export const victimRule: Rule = (crash) => [...lostRegisters(crash), ...freeList(crash), ...lock(crash)];

const lostRegisters: Rule = ({ leadUp }) => {
  const step = leadUp?.steps.findIndex(({ notes }) => notes.includes('callee-lost-registers')) ?? -1;
  return step < 0
    ? []
    : [
        {
          kind: 'callee-lost-registers',
          step,
          strength: 'proves',
          grounds: [{ kind: 'step', step }, { kind: 'replay' }],
        },
      ];
};

/** An allocator follows a pointer that it loaded from its own lists and that is none. */
const freeList: Rule = (crash) => {
  const { base, snapshot } = crash;
  if (base === undefined || base.value === 0 || base.source?.kind !== 'load') return [];
  const name = snapshot.symbol?.value.name ?? '';
  if (helperClassOf(name) !== 'allocator' || !/alloc/.test(name)) return [];
  return [
    {
      kind: 'damaged-free-list',
      strength: capped('suggests', base.path),
      grounds: [registerGround(base.register, base.value), ...stepGrounds(crash, base.register)],
    },
  ];
};

/** The waiters of a lock are a list; its head links hold 0 where the lock was never initialised. */
const lock: Rule = (crash) => {
  const { base, fault, snapshot } = crash;
  if (base?.value !== 0 || fault?.access !== 'write' || base.source?.kind !== 'load') return [];
  const name = snapshot.symbol?.value.name ?? '';
  const kind = helperClassOf(name);
  const isInsertion =
    /list_add|add_wait_queue|prepare_to_wait/.test(name) || (kind === 'lock' && /slowpath|down/.test(name));
  if (!isInsertion) return [];
  return [
    {
      kind: 'lock-not-initialised',
      strength: capped('suggests', base.path),
      grounds: [registerGround(base.register, base.value), ...stepGrounds(crash, base.register)],
    },
  ];
};
