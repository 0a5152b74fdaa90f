// A log that was cut before its registers names no exception. Where the instruction touches one page, and the registers or the address say
// that it faulted, the page fault that it would raise there is offered, as what it is: taken for granted.

import { EFLAGS } from '../machine/eflags.ts';
import { PAGE_SIZE, pageOf } from '../machine/u32.ts';
import type { Assumption } from './assumption.ts';
import { type Attempt, type Judged, judge } from './attempt.ts';

/** `judged`, or where it lacks an exception and one page can have raised it: the same with that fault, marked as supposed. The verdict stays. */
export function supposePageFault(attempt: Attempt, judged: Judged): Judged {
  const { reason } = judged;
  if (reason?.code !== 'exception-not-named') return judged;
  const { machine, snapshot } = attempt;
  const unseen = reason.accesses.filter(
    ({ linearAddress, size }) => machine.memory.knownLength(linearAddress, size) === 0,
  );
  const [first] = unseen;
  if (first === undefined || unseen.some(({ linearAddress }) => pageOf(linearAddress) !== pageOf(first.linearAddress)))
    return judged;
  const address = first.linearAddress;
  // A fault of the instruction itself saves EFLAGS with RF set, an interrupt does not. Intel SDM vol. 3B, "Resume Flag".
  const hasResumeFlag = ((snapshot.registers.eflags?.value ?? 0) & EFLAGS.RF) !== 0;
  const isFirstPage = address < PAGE_SIZE && attempt.expectation.mode === 'kernel';
  if (!hasResumeFlag && !isFirstPage) return judged;
  const memory = machine.memory.clone();
  memory.setPage(address, { kind: 'unmapped' });
  const assumption: Assumption = {
    kind: 'page-state',
    code: 'fault-supposed',
    address,
    because: isFirstPage ? 'first-page' : 'resume-flag',
  };
  const supposed = judge({
    ...attempt,
    machine: { ...machine, memory, assumptions: [...machine.assumptions, assumption] },
  });
  if (supposed.fault?.kind !== 'page-fault') return judged;
  // What comes before and after is not to rest on it.
  const { machine: kept } = judged;
  return {
    ...supposed,
    ...(kept && { machine: kept }),
    verdict: 'not-replayable',
    reason: { ...reason, supposed: true },
  };
}
