// Rules that tell a victim from a culprit: damaged free lists, locks that were never set up, callees that lost registers.

import { PAGE_SIZE } from '../../machine/u32.ts';
import { addressGround, type Crash, capped, printedRegisters, registerGround, stepGrounds } from '../crash.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { helperClassOf } from '../helpers.ts';
import type { Rule } from './pointers.ts';

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

/** Without code bytes: what the address alone says, and a register that holds the fault address, or lies just below it. */
export const registerRule = (crash: Crash): readonly Diagnosis[] => {
  const { fault, replay, snapshot } = crash;
  if (fault === undefined || fault.access === 'execute' || replay.verdict === 'reproduced') return [];
  if (replay.window?.faulting !== undefined) return [];
  const near: readonly Diagnosis[] =
    fault.address < PAGE_SIZE && crash.isKernel
      ? [{ kind: 'near-null', address: fault.address, strength: 'hint', grounds: addressGround(crash) }]
      : [];
  const holders = printedRegisters(snapshot)
    .filter(({ register, value }) => {
      const distance = fault.address - value;
      return register !== 'esp' && value >= SMALLEST_TELLING && distance >= 0 && distance < MEMBER;
    })
    .map(
      ({ register, value }): Diagnosis => ({
        kind: 'register-near-address',
        register,
        distance: fault.address - value,
        strength: 'hint',
        grounds: [registerGround(register, value)],
      }),
    );
  return [...near, ...holders];
};

/** Zero and small numbers are in registers by the dozen. */
const SMALLEST_TELLING = 0x100;
const MEMBER = 0x1000;
