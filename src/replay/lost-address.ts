// A page fault whose address the log lost, with its headline or because it was never printed: the instruction's own operands tell where
// it can have been. A 2.6.24 log that begins at `Oops: 0000 [#1]` says by its error code that a read faulted, and holds no CR2.

import { type PlannedAccess, planAccesses } from '../cpu/plan-accesses.ts';
import type { Instruction } from '../decoder/instruction.ts';
import { VECTORS } from '../machine/faults.ts';
import type { PageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { pageOf, type U32 } from '../machine/u32.ts';
import type { Assumption } from './assumption.ts';
import type { Expectation } from './expectation.ts';
import { closePage, type Machine } from './machine.ts';
import type { Obstacle } from './verdict-reason.ts';

/** The machine with the one page closed that can have faulted, or why no single page can be named; unchanged where CR2 is in the log. */
export function withLostAddress(
  machine: Machine,
  instruction: Instruction,
  { vector, faultAddress, pageFault }: Expectation,
): Machine | Obstacle {
  if (vector?.value !== VECTORS['page-fault'] || faultAddress !== undefined) return machine;
  if (pageFault?.access === 'execute') return closed(machine, machine.state.registers.eip, 'instruction', pageFault);
  const { registers, segments } = machine.state;
  const plan = planAccesses(instruction, registers, segments, 'amd');
  if (plan.kind === 'unknown-segment-base') {
    return { code: 'fault-address-and-segment-base-unknown', segment: plan.segment };
  }
  if (plan.kind === 'unplannable') return machine;
  const isCandidate = ({ reads, writes, linearAddress, size }: PlannedAccess) => {
    if (pageFault !== undefined && !(pageFault.access === 'write' ? writes !== 'never' : reads)) return false;
    // What the kernel could print is in no page that is not present.
    return pageFault?.present || machine.memory.knownLength(linearAddress, size) === 0;
  };
  const candidates = plan.accesses.filter(isCandidate);
  const [first] = candidates;
  if (first === undefined) return machine;
  if (candidates.some((access) => pageOf(access.linearAddress) !== pageOf(first.linearAddress))) {
    const addresses = [...new Set(candidates.map((access) => access.linearAddress))];
    return { code: 'fault-address-ambiguous', addresses };
  }
  return closed(machine, first.linearAddress, 'operand', pageFault);
}

function closed(
  machine: Machine,
  address: U32,
  of: 'instruction' | 'operand',
  pageFault: PageFaultErrorCode | undefined,
): Machine {
  const memory = machine.memory.clone();
  const taken = closePage(memory, machine.loggedEip, address, pageFault);
  const inferred: Assumption = { kind: 'page-state', code: 'fault-address-inferred', address, of };
  return { ...machine, memory, assumptions: [...machine.assumptions, inferred, ...taken] };
}
