// Why a report is not reproduced, as codes with their facts. Front ends choose the words (frontends/wording/verdict-reason.ts).

import type { CannotRun } from '../cpu/cannot-run.ts';
import type { MemoryAccess } from '../machine/access.ts';
import type { RegisterName } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { DumpCause } from '../snapshot/snapshot.ts';
import type { CheckName } from './check.ts';

/** Why a report cannot be replayed. */
export type Obstacle =
  // Nothing faulted.
  | { readonly code: 'warning' }
  | { readonly code: 'register-dump'; readonly cause?: DumpCause }
  /** The registers are those of interrupted code. */
  | { readonly code: 'panic' }
  | { readonly code: 'panic-without-registers' }
  // The report lacks something.
  | { readonly code: 'user-line-alone' }
  | { readonly code: 'no-code' }
  /** `words`: what the log prints in the place of the bytes. */
  | { readonly code: 'code-unreadable'; readonly words: string }
  | { readonly code: 'no-eip-mark' }
  | { readonly code: 'code-ends-before-eip' }
  | { readonly code: 'code-ends-inside-instruction' }
  | { readonly code: 'no-registers' }
  | { readonly code: 'registers-missing'; readonly registers: readonly RegisterName[] }
  | { readonly code: 'segment-base-unknown'; readonly segment: string }
  /** No CR2, and the operands leave a choice, or one of them has no address either. */
  | { readonly code: 'fault-address-ambiguous'; readonly addresses: readonly U32[] }
  | { readonly code: 'fault-address-and-segment-base-unknown'; readonly segment: string }
  /** The log names no exception; the instruction completes, after `accesses`. */
  | {
      readonly code: 'exception-not-named';
      readonly accesses: readonly MemoryAccess[];
      /** The access is taken to have faulted: see the assumption `fault-supposed`. */
      readonly supposed?: true;
    }
  | { readonly code: 'nothing-to-compare' }
  // The CPU layer declines.
  | { readonly code: 'instruction-not-run'; readonly reason: CannotRun };

/** How the replay differs from the log. */
export type Contradiction =
  | { readonly code: 'checks-failed'; readonly checks: readonly CheckName[] }
  /** `accesses`: what it touched; absent where the log reports no page fault. */
  | {
      readonly code: 'completes-without-fault';
      readonly accesses?: readonly MemoryAccess[];
      /** Where the log says that it faulted. */
      readonly faultAddress?: U32;
    };

/** Why a report was not reproduced, as a code with its facts. */
export type VerdictReason = Obstacle | Contradiction;
