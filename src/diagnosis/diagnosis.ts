// What kind of bug a crash is, as typed facts: what was concluded, how strongly, and what it rests on. Front ends choose the words.

import type { AccessKind } from '../machine/access.ts';
import type { FaultCause } from '../machine/fault-cause.ts';
import type { Marker } from '../machine/markers.ts';
import type { GeneralRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { SymbolReference } from '../snapshot/snapshot.ts';

/**
 * `proves`: it follows from the report. `suggests`: it fits, and what else would fit is rare; measured on real logs. `hint`: it fits, and so
 * do other things; never the first of a list that has anything better.
 */
export type Strength = 'proves' | 'suggests' | 'hint';

/** A thing that a diagnosis rests on. */
export type Ground =
  | { readonly kind: 'register'; readonly register: GeneralRegister | 'eip' | 'eflags'; readonly value: U32 }
  /** An instruction of the lead-up, by its index there. */
  | { readonly kind: 'step'; readonly step: number }
  /** A word of the stack dump, by its index there. */
  | { readonly kind: 'stack-word'; readonly index: number }
  /** An entry of the call trace, by its index there. */
  | { readonly kind: 'trace-entry'; readonly index: number }
  | { readonly kind: 'page-table'; readonly entry: 'pdpt' | 'pde' | 'pte'; readonly value: string }
  /** A place of the log. */
  | {
      readonly kind: 'log';
      readonly what: 'fault-address' | 'error-code' | 'words' | 'ordinal' | 'taint' | 'earlier';
      readonly evidence: Evidence;
    }
  /** What the emulated CPU raised. */
  | { readonly kind: 'replay' };

/** The function that handed an argument over. */
export interface Giver {
  readonly symbol: SymbolReference;
  readonly certainty: 'proved' | 'likely';
  /** Where the giver itself only does what it is told: the nearest caller that does more. */
  readonly onBehalfOf?: SymbolReference;
}

/** How a register of the faulting address came to hold what it holds, where the lead-up shows it. */
export type Source = (
  | /** The `position`-th argument of the faulting function, from 1. */ {
      readonly kind: 'argument';
      readonly position: number;
      readonly by?: Giver;
    }
  | { readonly kind: 'load'; readonly address?: U32 }
  /** What a callee returned. */
  | { readonly kind: 'returned' }
  | { readonly kind: 'constant' }
) & {
  /** The steps that it came over are likely, and not certain. */
  readonly likely?: true;
};

/** One thing concluded about a crash. Addresses are linear, sizes in bytes. */
export type Conclusion =
  // Pointers.
  | {
      readonly kind: 'list-poison' | 'slab-poison' | 'page-poison' | 'red-zone' | 'magic-value';
      readonly marker: Marker;
      readonly register?: GeneralRegister;
      readonly value: U32;
      /** Both poisons of a list entry were seen: it was deleted before. */
      readonly twice?: boolean;
    }
  | { readonly kind: 'container-of-null'; readonly register: GeneralRegister; readonly below: number }
  | {
      readonly kind: 'error-pointer';
      readonly register: GeneralRegister;
      readonly value: U32;
      readonly errno: number;
      readonly source?: Source;
    }
  | { readonly kind: 'minus-one-pointer'; readonly register?: GeneralRegister; readonly source?: Source }
  | {
      readonly kind: 'null-array';
      readonly register: GeneralRegister;
      readonly index: GeneralRegister;
      /** Which element; absent where the lead-up does not tell. */
      readonly value?: U32;
      readonly scale: number;
    }
  | { readonly kind: 'null-percpu-pointer'; readonly register: GeneralRegister; readonly base: GeneralRegister }
  | {
      readonly kind: 'null-member';
      readonly register?: GeneralRegister;
      readonly offset: number;
      readonly access: AccessKind;
      readonly source?: Source;
    }
  | {
      readonly kind: 'null-struct-argument';
      readonly register: GeneralRegister;
      readonly value: U32;
      readonly position: number;
      readonly by?: Giver;
    }
  | {
      readonly kind: 'small-integer-pointer';
      readonly register: GeneralRegister;
      readonly value: U32;
      readonly source?: Source;
    }
  | { readonly kind: 'near-null'; readonly address: U32 }
  | { readonly kind: 'register-near-address'; readonly register: GeneralRegister; readonly distance: number }
  | {
      readonly kind: 'text-pointer';
      readonly register?: GeneralRegister;
      readonly value: U32;
      readonly source?: Source;
    }
  | { readonly kind: 'fill-pattern'; readonly register?: GeneralRegister; readonly value: U32 }
  | {
      readonly kind: 'index-out-of-range';
      readonly register: GeneralRegister;
      /** Absent where the lead-up tells only what the index made. */
      readonly value?: U32;
      readonly scale: number;
      readonly source?: Source;
    }
  /** The base is no address of the kernel at all. */
  | {
      readonly kind: 'wild-pointer';
      readonly register?: GeneralRegister;
      readonly value: U32;
      readonly source?: Source;
    }
  /** An address of the kernel's half where nothing is mapped. */
  | {
      readonly kind: 'unmapped-address';
      readonly address: U32;
      readonly register?: GeneralRegister;
      readonly source?: Source;
    }
  /** The byte at EIP was lost with its mark; all of the `fits` bytes that touch the address do it through `register`. */
  | {
      readonly kind: 'marker-recovered';
      readonly register: GeneralRegister;
      readonly value: U32;
      readonly access: AccessKind;
      readonly fits: number;
    }
  // Pages.
  | { readonly kind: 'page-overrun'; readonly how: 'crossing' | 'string' | 'loop'; readonly register?: GeneralRegister }
  | { readonly kind: 'area-not-mapped'; readonly register: GeneralRegister }
  | { readonly kind: 'page-unmapped-on-purpose' | 'late-vmalloc-sync' | 'walk-useless' }
  /** An address of the direct map where no table is, above every lowmem address of the log. `seen`: the highest of those. */
  | { readonly kind: 'beyond-ram'; readonly address: U32; readonly seen: U32 }
  | { readonly kind: 'page-table-damaged'; readonly bits: readonly number[] }
  | { readonly kind: 'write-to-read-only' | 'kernel-half-address' }
  | { readonly kind: 'user-page-touched'; readonly access: AccessKind }
  // Control flow.
  | {
      readonly kind:
        | 'null-call'
        | 'jump-to-user-half'
        | 'wild-jump'
        | 'jump-to-poison'
        | 'jump-to-text-bytes'
        | 'jump-to-data'
        | 'code-gone'
        | 'code-on-stack';
      readonly address: U32;
    }
  /** Decoded from the function's first byte, no instruction begins at EIP. `into`: bytes between the one that holds EIP and EIP. */
  | { readonly kind: 'jump-into-instruction'; readonly into: number }
  /** `index`: of the entry of the trace that is on top of the stack. */
  | { readonly kind: 'called-from'; readonly index: number; readonly register?: GeneralRegister }
  | { readonly kind: 'returned-to' }
  // Other exceptions.
  | { readonly kind: 'divide-by-zero' | 'divide-overflow' | 'proved-zero' }
  | { readonly kind: 'breakpoint' | 'overflow-trap' }
  | { readonly kind: 'protection-cause'; readonly cause: FaultCause }
  | { readonly kind: 'not-this-instruction' | 'cannot-raise' }
  /** The emulated CPU and the one of the log differ as such machines are known to. */
  | { readonly kind: 'machine-quirk'; readonly quirk: 'xen-segment-end' | 'alignment-not-checked' }
  | { readonly kind: 'frame-impossible' }
  // Whose it is.
  | { readonly kind: 'damaged-free-list' | 'lock-not-initialised' }
  | { readonly kind: 'callee-lost-registers'; readonly step: number }
  | { readonly kind: 'stack-overrun'; readonly esp: U32; readonly stackStart: U32 }
  | { readonly kind: 'stack-pointer-wild'; readonly esp: U32 }
  /** `below`: bytes from the address up to the stack pointer; absent where a frame that lies above it has no page. */
  | { readonly kind: 'user-stack-overflow'; readonly below?: number }
  // The kernel's own words.
  | { readonly kind: 'kernel-words'; readonly words: string }
  /** `lost`: only the instruction shows it; whether it was a BUG or a WARN is not in the log. */
  | { readonly kind: 'assertion'; readonly words?: string; readonly lost?: true }
  | { readonly kind: 'warning'; readonly words?: string }
  /** `line`: where the first report of the boot begins, if the input has it. */
  | { readonly kind: 'secondary-report'; readonly ordinal?: number; readonly line?: number }
  // Other reports of the input; `count` holds this one.
  | {
      readonly kind: 'same-place-again';
      readonly file: string;
      readonly offset: number;
      readonly count: number;
      readonly programs: readonly string[];
      readonly line?: number;
    }
  | {
      readonly kind: 'same-crash-again';
      readonly count: number;
      /** Absent where the kernel does not tell. */
      readonly boot?: 'same' | 'another';
      readonly line?: number;
    };

export type DiagnosisKind = Conclusion['kind'];

/** The conclusions of one kind. */
export type ConclusionOf<Kind extends DiagnosisKind> = Conclusion extends infer One
  ? One extends { readonly kind: infer Kinds }
    ? Kind extends Kinds
      ? One
      : never
    : never
  : never;

/** A conclusion with its strength and what it rests on, most telling first. */
export type Diagnosis = Conclusion & { readonly strength: Strength; readonly grounds: readonly Ground[] };
