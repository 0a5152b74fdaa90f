// Why the CPU raised an exception, as codes with their facts. Front ends choose the words (frontends/wording/fault-cause.ts).

import type { SegmentRegister } from './registers.ts';

export type FaultCause =
  // Fetching and decoding.
  | { readonly code: 'no-instruction' }
  /** The prefix `lock` is among the bytes. */
  | { readonly code: 'no-instruction-or-not-lockable' }
  | { readonly code: 'instruction-too-long'; readonly longest: number }
  // Instructions that raise on purpose.
  | { readonly code: 'undefined-on-purpose'; readonly mnemonic: string }
  | { readonly code: 'int3' }
  | { readonly code: 'int1' }
  | { readonly code: 'into-with-overflow' }
  | { readonly code: 'software-interrupt'; readonly vector: number }
  | { readonly code: 'gate-not-open-to-user'; readonly vector: number }
  // Privilege.
  | { readonly code: 'undefined-in-user-mode'; readonly mnemonic: string }
  | { readonly code: 'io-privilege'; readonly mnemonic: string; readonly iopl: number }
  | { readonly code: 'privileged-in-user-mode'; readonly mnemonic: string }
  // Operands.
  | { readonly code: 'null-selector-used'; readonly segment: SegmentRegister }
  | { readonly code: 'code-segment-written' }
  | { readonly code: 'past-segment-limit'; readonly segment: SegmentRegister; readonly size: number }
  | { readonly code: 'operand-misaligned'; readonly alignment: number }
  | { readonly code: 'alignment-checked'; readonly alignment: number }
  | {
      readonly code: 'out-of-bounds';
      /** The name that the instruction uses: `ecx`, `cx`. */
      readonly register: string;
      readonly value: number;
      readonly lower: number;
      readonly upper: number;
    }
  | { readonly code: 'division-by-zero' }
  | { readonly code: 'aam-by-zero' }
  | { readonly code: 'quotient-too-large'; readonly width: number; readonly signed: boolean }
  | { readonly code: 'mxcsr-reserved-bits' }
  // Selectors and descriptors.
  | { readonly code: 'null-selector-loaded'; readonly segment: 'ss' | 'cs' }
  | { readonly code: 'selector-beyond-table'; readonly selector: number }
  | { readonly code: 'return-gains-privilege'; readonly selector: number }
  | { readonly code: 'selector-not-loadable'; readonly selector?: number }
  | { readonly code: 'descriptor-not-present'; readonly selector?: number }
  | { readonly code: 'stack-descriptor-not-present'; readonly selector: number }
  | { readonly code: 'bad-task-state'; readonly selector: number }
  | { readonly code: 'descriptor-of-another-type' }
  | { readonly code: 'no-linked-task' }
  | { readonly code: 'linked-task-not-present' }
  // State of the processor, and whose it is.
  | { readonly code: 'system-call-of-other-maker' }
  | { readonly code: 'no-entry-point' }
  | { readonly code: 'sysret-in-64-bit-mode-only' }
  | { readonly code: 'model-specific-register-refused' }
  | { readonly code: 'state-refused' }
  | { readonly code: 'register-value-refused' }
  | { readonly code: 'no-such-register' }
  | { readonly code: 'x87-exception-pending' }
  | { readonly code: 'simd-exception-unmasked' }
  /** CR0.EM is printed as set. */
  | { readonly code: 'no-x87-unit' }
  /** CR0.TS is printed as set. */
  | { readonly code: 'unit-of-another-task' }
  /** The printed CR0 does not show what must have been set: kernels clear TS before they print. */
  | { readonly code: 'task-switched' }
  | { readonly code: 'task-switched-or-no-unit' }
  | { readonly code: 'task-switched-and-monitored' }
  | { readonly code: 'debug-registers' }
  | { readonly code: 'split-lock' }
  // Delivery.
  | { readonly code: 'frame-on-missing-stack' };
