// Says why a target came to a halt, as codes. Front ends choose the words.

import type { CannotRun } from '../cpu/cannot-run.ts';
import type { MemoryAccess } from '../machine/access.ts';
import type { Fault } from '../machine/faults.ts';
import type { RegisterName } from '../machine/registers.ts';
import type { StartReason } from '../reconstruction/lead-up.ts';
import type { WatchedChange } from './watch.ts';

/** Why a session came to a halt. */
export type StopReason =
  | { readonly kind: 'step' }
  | { readonly kind: 'seek' }
  | {
      readonly kind: 'breakpoint';
      readonly id: number;
      readonly condition: ConditionOutcome;
      /** It is present if the breakpoint was for one stop, and is removed now. */
      readonly temporary?: true;
    }
  | {
      readonly kind: 'watchpoint';
      /** It is absent if no watchpoint was set, because the last change of something was asked for. */
      readonly id?: number;
      readonly condition: ConditionOutcome;
      readonly change: WatchedChange;
    }
  /** No instruction before this one was rebuilt. */
  | { readonly kind: 'timeline-begin'; readonly reason: StartReason }
  /** The instruction here faulted, as in the log. */
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** The fault has happened already, and no log holds what came after it. `fault` is absent if the replay raised none. */
  | { readonly kind: 'timeline-end'; readonly fault?: Fault }
  | { readonly kind: 'diversion-begin' }
  /** The instruction needs bytes that are unknown. Nothing was executed. */
  | { readonly kind: 'needs-memory'; readonly access: MemoryAccess }
  /** An unknown register or flag decides an address, a branch or how often something repeats. Nothing was executed. */
  | { readonly kind: 'needs-register'; readonly register: RegisterName; readonly purpose: RegisterPurpose }
  | { readonly kind: 'needs-segment-base'; readonly segment: string }
  /** The engine cannot run this instruction, or it depends on state that no log holds. */
  | { readonly kind: 'cannot-run'; readonly reason: CannotRun }
  /** So many instructions were run without another reason to stop. */
  | { readonly kind: 'step-limit'; readonly steps: number };

/** `undecided`: the condition depends on something unknown; it stops rather than passing by. */
export type ConditionOutcome = 'none' | 'true' | 'undecided';

/** `fault`: it decides whether the instruction faults; `hidden`: it would go into a register that is not shown. */
export type RegisterPurpose = 'address' | 'branch' | 'count' | 'fault' | 'hidden';
