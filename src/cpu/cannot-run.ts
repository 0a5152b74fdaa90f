// Why an instruction is not run, as codes with their facts. Front ends choose the words (frontends/wording/cannot-run.ts).

import type { EngineStop } from '../emulator/emulator.ts';
import type { AccessKind } from '../machine/access.ts';
import type { U32 } from '../machine/u32.ts';
import type { ProcessorDifference } from './processor-difference.ts';

export type CannotRun =
  | { readonly code: 'virtual-8086-mode' }
  | { readonly code: 'iret-to-virtual-8086-mode' }
  | { readonly code: 'not-in-the-engine'; readonly mnemonic: string }
  /** What it touches is decided by a mask or stands in a vector register. */
  | { readonly code: 'accesses-not-planned'; readonly mnemonic: string; readonly because: UnplannedReason }
  /** The engine does something that the instruction does not do, or ends otherwise than was decided. */
  | { readonly code: 'engine-disagrees'; readonly mnemonic: string; readonly found: EngineDisagreement }
  /** Which exception it raises depends on what no log holds. */
  | { readonly code: 'exception-undetermined'; readonly mnemonic: string }
  /** The access wraps to address 0. */
  | { readonly code: 'wraps-past-the-end'; readonly mnemonic: string }
  | { readonly code: 'source-overwritten'; readonly mnemonic: string }
  | { readonly code: 'processor-dependent'; readonly mnemonic: string }
  /** Makers differ, and the log does not say whose processor it was: a row of `differences.ts`. */
  | { readonly code: 'processors-differ'; readonly mnemonic: string; readonly difference: ProcessorDifference }
  | { readonly code: 'x87-stack-range'; readonly mnemonic: string }
  | { readonly code: 'hidden-state'; readonly mnemonic: string; readonly state: HiddenPart }
  | { readonly code: 'beyond-the-log'; readonly mnemonic: string; readonly deed: DeedBeyondTheLog }
  | { readonly code: 'selector-not-in-the-log'; readonly selector: number }
  | { readonly code: 'order-of-selector-check'; readonly mnemonic: string }
  | { readonly code: 'interrupt-flag-of-a-guest'; readonly mnemonic: string }
  | { readonly code: 'return-to-linked-task' };

export type UnplannedReason = 'mask' | 'vector-addresses';

export type EngineDisagreement =
  | EngineStop
  | {
      readonly kind: 'unplanned-access';
      readonly access: AccessKind;
      readonly linearAddress: U32;
      readonly size: number;
    }
  | { readonly kind: 'other-length'; readonly next: U32 };

/** A part of the machine's state that no log holds. */
export type HiddenPart =
  | { readonly kind: 'x87-and-sse' | 'x87' | 'rounding-mode' | 'mxcsr' | 'unmasked-operands' }
  /** `xmm0`, `mm3`. */
  | { readonly kind: 'register'; readonly register: string };

/** What an instruction does to parts of the machine that a log does not hold. */
export type DeedBeyondTheLog =
  | 'reads-port'
  | 'writes-port'
  | 'enters-kernel'
  | 'makes-system-call'
  | 'leaves-kernel'
  | 'waits-for-interrupt'
  | 'identifies-processor'
  | 'reads-clock'
  | 'uses-model-specific-register'
  | 'loads-descriptor'
  | 'changes-machine-state'
  | 'reads-machine-state'
  | 'asks-descriptor-table'
  | 'acts-on-caches'
  | 'uses-transactions'
  | 'uses-control-register';
