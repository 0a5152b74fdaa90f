// Why a lead-up is not proved, in words: a clause.

import { exceptionInfo } from '../../machine/faults.ts';
import type { ProofFailure } from '../../reconstruction/proof-failure.ts';

export function proofFailureText(failure: ProofFailure): string {
  switch (failure.code) {
    case 'no-step':
      return 'there is no instruction to prove';
    case 'no-witness':
      return 'no values were found that lead to the logged state';
    case 'run-too-long':
      return 'the run takes too long';
    case 'other-way':
      return 'it went another way';
    case 'early-fault':
      return `a fault before the fault: ${exceptionInfo(failure.fault).title}`;
    case 'unknown-memory':
      return 'it needs memory that is unknown';
    case 'not-run':
      return failure.outcome === 'unsupported'
        ? 'it needs an instruction that cannot be run'
        : 'it needs a segment whose base is unknown';
    case 'register-differs':
      return `%${failure.register} ends differently`;
    case 'flags-differ':
      return 'the flags end differently';
    case 'no-fault':
      return 'the faulting instruction completes';
    case 'other-fault':
      return 'the faulting instruction raises another fault';
    case 'other-address':
      return 'the faulting instruction faults at another address';
  }
}
