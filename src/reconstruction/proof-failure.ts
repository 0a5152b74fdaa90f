// Why a lead-up is not proved: where its run forward and the log part.

import type { StepOutcome } from '../cpu/cpu.ts';
import type { FaultKind } from '../machine/faults.ts';
import type { GeneralRegister } from '../machine/registers.ts';

export type ProofFailure =
  /** There is no instruction to prove. */
  | { readonly code: 'no-step' }
  /** No values were found that lead to the logged state. */
  | { readonly code: 'no-witness' }
  | { readonly code: 'run-too-long' }
  /** The next instruction was another than the path says. */
  | { readonly code: 'other-way' }
  | { readonly code: 'early-fault'; readonly fault: FaultKind }
  | { readonly code: 'unknown-memory' }
  /** The CPU could not run an instruction. */
  | { readonly code: 'not-run'; readonly outcome: Exclude<StepOutcome['kind'], 'executed' | 'fault' | 'absent'> }
  | { readonly code: 'register-differs'; readonly register: GeneralRegister }
  | { readonly code: 'flags-differ' }
  /** The faulting instruction did not fault, faulted in another way, or at another address. */
  | { readonly code: 'no-fault' }
  | { readonly code: 'other-fault' }
  | { readonly code: 'other-address' };
