// What the replay had to take for granted because no log holds it, as codes with their facts. Front ends choose the words
// (frontends/wording/assumption.ts).

import type { CannotRun } from '../cpu/cannot-run.ts';
import type { Caveat, PossibleTrap } from '../cpu/cpu.ts';
import type { MemoryAccess } from '../machine/access.ts';
import type { GeneralRegister, SegmentRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';

/** One thing that the replay took for granted, as no log holds it. `code` says what; `kind` groups the codes. */
export type Assumption =
  /** The log holds no CR2: the one operand that can have faulted, or the instruction itself, tells the address. */
  | {
      readonly kind: 'page-state';
      readonly code: 'fault-address-inferred';
      readonly address: U32;
      readonly of: 'instruction' | 'operand';
    }
  /** The log names no exception; a page fault at `address` is what its registers and code would raise. `because`: what speaks for one. */
  | {
      readonly kind: 'page-state';
      readonly code: 'fault-supposed';
      readonly address: U32;
      readonly because: 'first-page' | 'resume-flag';
    }
  /** The log holds no error code. */
  | { readonly kind: 'page-state'; readonly code: 'page-taken-as-not-present'; readonly address: U32 }
  | {
      readonly kind: 'page-state';
      readonly code: 'stack-page-taken-as-not-present';
      readonly page: U32;
      readonly esp: U32;
    }
  /** `reads`: unknown bytes that the instruction reads. */
  | { readonly kind: 'absent-memory'; readonly code: 'unknown-bytes-as-zero'; readonly reads: readonly MemoryAccess[] }
  | {
      readonly kind: 'absent-memory';
      readonly code: 'unknown-bytes-as-selector';
      readonly reads: readonly MemoryAccess[];
      /** That of the error code. */
      readonly selector: U32;
    }
  | {
      readonly kind: 'segment-base';
      readonly code: 'segment-base-from-fault-address';
      readonly segment: SegmentRegister;
      readonly base: U32;
    }
  | { readonly kind: 'segment-base'; readonly code: 'segment-base-without-effect'; readonly segment: SegmentRegister }
  | { readonly kind: 'processor-state'; readonly code: 'emulated-machine' }
  /** Processors of different makers differ here, and the log does not name its own. */
  | {
      readonly kind: 'processor-state';
      readonly code: 'maker-taken';
      readonly maker: 'amd' | 'intel';
      readonly why: CannotRun;
    }
  /** The exception depends on state that no log holds, and `trap.cause` was so. */
  | { readonly kind: 'processor-state'; readonly code: 'state-for-exception'; readonly trap: PossibleTrap }
  /** What the CPU layer cannot vouch for on every processor. */
  | { readonly kind: 'processor-state'; readonly code: 'processor-caveat'; readonly caveat: Caveat }
  | {
      readonly kind: 'register';
      readonly code: 'register-from-fault-address';
      readonly register: GeneralRegister;
      readonly value: U32;
      readonly doubts: readonly RegisterDoubt[];
    };

/** Why another value of the register fits the fault address as well. */
export type RegisterDoubt =
  | { readonly code: 'index-taken-as-zero'; readonly index: string }
  | { readonly code: 'operand-may-start-earlier' }
  | { readonly code: 'top-bits-open' };
