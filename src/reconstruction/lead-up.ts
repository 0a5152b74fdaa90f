// The result: the instructions before the fault with every value they had, how each is known, and whether it was proved.

import type { Instruction } from '../decoder/instruction.ts';
import type { GeneralRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';

export type Provenance = 'observed' | 'derived' | 'assumed' | 'unknown';

/** What is known of a register, the flags or a memory word at one place of the path. */
export interface KnownValue {
  readonly provenance: Provenance;
  /** Absent where it is unknown; for `assumed` a witness. */
  readonly value?: U32;
  /** The bits that are certain where not all are; those of `value` under it hold in every execution that fits. */
  readonly knownBits?: U32;
  /** What every possible value fulfils, in readable form with `x` for the value: `(x - 1) & 2b024001 = 1`. */
  readonly constraint?: string;
}

export interface LeadUpAccess {
  readonly access: 'read' | 'write';
  readonly address: KnownValue;
  /** Bytes. */
  readonly size: number;
  readonly value: KnownValue;
}

export type StepNote =
  /** The step rests on the calling convention: what came before the call is only as sure as that. */
  | 'rests-on-abi'
  /** The callee ran unseen; it was not executed in the proof. */
  | 'callee-not-shown'
  | 'taken'
  | 'not-taken'
  /** Not all lengths of this and the earlier instructions are certain. */
  | 'boundary-uncertain';

/** Another way in that contradicts nothing. */
export interface OtherWay {
  readonly address: U32;
  readonly offset: number;
  readonly kind: 'fall-through' | 'branch' | 'call' | 'call-returned' | 'return' | 'round' | 'outside';
}

export interface LeadUpStep {
  readonly instruction: Instruction;
  readonly address: U32;
  /** In the captured bytes. */
  readonly offset: number;
  readonly path: 'only' | 'assumed';
  /** For `assumed`: how else the next step could have been reached. */
  readonly otherWays: readonly OtherWay[];
  readonly before: Readonly<Record<GeneralRegister | 'eflags', KnownValue>>;
  readonly accesses: readonly LeadUpAccess[];
  readonly notes: readonly StepNote[];
}
