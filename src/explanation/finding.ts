// What can be said about a crash, as typed facts. Front ends choose words, colour and layout.

import type { FaultCause } from '../machine/fault-cause.ts';
import type { GeneralRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { Elsewhere, PathGrade } from '../reconstruction/lead-up.ts';
import type { SymbolReference } from '../snapshot/snapshot.ts';

/** One fact about the crash that follows from the log, the replay or the lead-up. `kind` says which; addresses are linear, sizes in bytes. */
export type Finding =
  /** The sum base + index × scale + displacement left the 32-bit range and wrapped. */
  | { readonly kind: 'address-wrapped'; readonly sum: number; readonly address: U32 }
  /** The access starts in an earlier page than the one that faulted. */
  | { readonly kind: 'page-crossing'; readonly start: U32; readonly size: number; readonly address: U32 }
  /** Why the CPU raised an exception other than a page fault. */
  | { readonly kind: 'cause'; readonly cause: FaultCause }
  /** The instruction lies at this offset in the file that is mapped at `start`. */
  | {
      readonly kind: 'mapping-offset';
      readonly file: string;
      readonly start: U32;
      /** From the start of the mapping. */
      readonly offset: U32;
      /** From the start of the file, if the log prints it. */
      readonly fileOffset?: U32;
    }
  /** The lead-up shows where one register of the faulting address came from. */
  | {
      readonly kind: 'address-origin';
      readonly register: GeneralRegister;
      readonly role: 'base' | 'index';
      /** How sure the steps are that the register came over: `assumed` makes all of this conditional. */
      readonly path: PathGrade;
      /** Where the trace of the value ends: at a load, at a constant, at a callee, or before the first step. */
      readonly source: 'load' | 'constant' | 'callee' | 'before-lead-up' | 'other';
      /** What was done with it since: nothing, a copy to another register, or arithmetic that made another value of it. */
      readonly through?: 'copy' | 'arithmetic';
      /** For `before-lead-up`: the register that it was in. */
      readonly initial?: GeneralRegister;
      /** Linear address of the instruction that made the value; absent for `before-lead-up`. */
      readonly step?: U32;
      /** Its offset in the captured code bytes. */
      readonly offset?: number;
      /** For a load: where the value was read. */
      readonly address?: U32;
      readonly value?: U32;
      /** Everything that the value was made of in the end; the one thing that the other fields describe where it is one. */
      readonly sources: readonly OriginPart[];
      /** With an `assumed` path: what holds if control came another way. */
      readonly otherwise?: Elsewhere;
    };

const KINDS: Readonly<Record<Finding['kind'], true>> = {
  'address-wrapped': true,
  'page-crossing': true,
  cause: true,
  'mapping-offset': true,
  'address-origin': true,
};

/** For those that check what a user names. */
export const FINDING_KINDS = Object.keys(KINDS) as readonly Finding['kind'][];

/** One thing that a register of the faulting address was made of. Values are certain; what is not known is left out. */
export interface OriginPart {
  readonly source: 'load' | 'constant' | 'callee' | 'before-lead-up' | 'other';
  readonly path: PathGrade;
  /** Linear address of the instruction that made it, and its offset in the captured code bytes. */
  readonly step?: U32;
  readonly offset?: number;
  readonly register?: GeneralRegister;
  readonly address?: U32;
  readonly value?: U32;
  /** The lead-up begins where the function does. */
  readonly atEntry?: true;
  /** Which word above the return address of the function, from 1. */
  readonly argument?: number;
}

/** Why a stack word is worth a remark. */
export type StackRemark =
  | { readonly kind: 'return-address'; readonly symbol?: SymbolReference; readonly reliable: boolean }
  | { readonly kind: 'saved-frame-pointer'; readonly frame: number }
  | { readonly kind: 'equals-register'; readonly register: GeneralRegister }
  | { readonly kind: 'near-register'; readonly register: GeneralRegister; readonly distance: number };

/** One word of the stack dump, with what it looks like. */
export interface StackWord {
  /** It is absent if the log prints no stack pointer. */
  readonly address?: U32;
  readonly value: U32;
  readonly remarks: readonly StackRemark[];
}
