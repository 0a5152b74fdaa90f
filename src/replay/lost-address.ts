// A page fault whose address the log lost, with its headline or because it was never printed: the instruction's own operands tell where
// it can have been. A 2.6.24 log that begins at `Oops: 0000 [#1]` says by its error code that a read faulted, and holds no CR2.

import { type PlannedAccess, planAccesses } from '../cpu/plan-accesses.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { PageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { hex32, pageOf, type U32 } from '../machine/u32.ts';
import { type Expectation, PAGE_FAULT_VECTOR } from './expectation.ts';
import { closePage, type Machine } from './machine.ts';
import type { Obstacle } from './replayability.ts';

/** The machine with the one page closed that can have faulted, or why no single page can be named; unchanged where CR2 is in the log. */
export function withLostAddress(
  machine: Machine,
  instruction: Instruction,
  { vector, faultAddress, pageFault }: Expectation,
): Machine | Obstacle {
  if (vector?.value !== PAGE_FAULT_VECTOR || faultAddress !== undefined) return machine;
  if (pageFault?.access === 'execute') return closed(machine, machine.state.registers.eip, 'instruction', pageFault);
  const { registers, segments } = machine.state;
  const plan = planAccesses(instruction, registers, segments, 'amd');
  if (plan.kind === 'unknown-segment-base') return obstacle(`nor the base of %${plan.segment}, which the operand adds`);
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
    const places = [...new Set(candidates.map((access) => hex32(access.linearAddress)))];
    return obstacle(`and it may have been any of ${places.join(', ')}`);
  }
  return closed(machine, first.linearAddress, 'operand', pageFault);
}

function closed(
  machine: Machine,
  address: U32,
  what: 'instruction' | 'operand',
  pageFault: PageFaultErrorCode | undefined,
): Machine {
  const memory = machine.memory.clone();
  const taken = closePage(memory, machine.loggedEip, address, pageFault);
  const message = `inferred, not printed: the fault address ${hex32(address)}, where the ${what} starts (no CR2 is in the log)`;
  return { ...machine, memory, assumptions: [...machine.assumptions, { kind: 'page-state', message }, ...taken] };
}

function obstacle(why: string): Obstacle {
  return {
    reason: `the log does not hold the fault address (CR2), ${why}`,
    remedy: 'the first line of the report, or its CR2',
  };
}
