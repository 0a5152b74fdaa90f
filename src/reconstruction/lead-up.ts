// The result: the instructions before the fault with every value they had, how each is known, and whether it was proved.

import type { Instruction } from '../decoder/instruction.ts';
import type { GeneralRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { StepDoubt } from './paths/doubts.ts';
import type { ProofFailure } from './proof-failure.ts';

/**
 * How a value is known. `observed`: the log prints it. `derived`: every execution that fits the log has it. `assumed`: it is one of several
 * values that fit. `unknown`: nothing determines it.
 */
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
  /** What the whole value depends on; a witness has a constraint and no condition. */
  readonly condition?: ValueCondition;
}

/** The value, if the log prints it or every execution that fits has it; a witness is no fact. */
export function certainValue(known: KnownValue | undefined): U32 | undefined {
  return known?.provenance === 'derived' || known?.provenance === 'observed' ? known.value : undefined;
}

/** What a value depends on that the bytes do not show. */
export type ValueCondition =
  /** A callee gave back the registers that the calling convention makes it save. */
  | 'callee-kept'
  /** The step before it led here. */
  | 'earlier-step'
  /** The way that is shown is the one taken. */
  | 'this-way'
  /** Of a word of memory: nothing changed it since but what is shown. */
  | 'not-overwritten';

export interface LeadUpAccess {
  readonly access: 'read' | 'write';
  readonly address: KnownValue;
  /** Bytes. */
  readonly size: number;
  readonly value: KnownValue;
}

export type StepNote =
  /** A call between here and the fault returned: what is known here rests on the calling convention. */
  | 'rests-on-abi'
  /** The callee ran unseen; in the proof its outcome was given. */
  | 'callee-not-shown'
  /** It gave registers back changed that it had to save. */
  | 'callee-lost-registers'
  | 'taken'
  | 'not-taken'
  /** Its outcome was given in the proof: the CPU cannot run it, or it depends on what no log holds. */
  | 'outcome-given'
  /** The reading of the bytes is likely, not certain. */
  | 'boundary-uncertain';

/** Another way in that contradicts nothing. */
export interface OtherWay {
  readonly kind: 'fall-through' | 'branch' | 'call' | 'call-returned' | 'return' | 'rounds' | 'outside';
  /** Where that way comes from; absent for `outside`. */
  readonly address?: U32;
  readonly offset?: number;
}

/**
 * How sure it is that a step ran right before the next one. It never gets better from the fault backwards.
 * `only`: shown by the bytes, since every way into the next step lies within them.
 * `likely`: no sign of another way in, but code that is not shown could jump there.
 * `assumed`: there is a sign of another way in, at this step or at a later one.
 */
export type PathGrade = 'only' | 'likely' | 'assumed';

/** One instruction of the lead-up with the registers before it and the memory that it touched. */
export interface LeadUpStep {
  readonly instruction: Instruction;
  readonly address: U32;
  /** In the captured bytes. */
  readonly offset: number;
  readonly path: PathGrade;
  /** Its bytes are those of a file: the log does not show them. */
  readonly fromFile?: true;
  /** For the step with which `assumed` begins, and each further one of its kind: the sign of another way into the next step. */
  readonly doubt?: StepDoubt;
  /** With `doubt`: how else the next step could have been reached. */
  readonly otherWays: readonly OtherWay[];
  readonly before: Readonly<Record<GeneralRegister | 'eflags', KnownValue>>;
  /** What it left in the general registers that it wrote, if it ran right before the next step; without those that are unknown. */
  readonly left: Readonly<Partial<Record<GeneralRegister, KnownValue>>>;
  readonly accesses: readonly LeadUpAccess[];
  readonly notes: readonly StepNote[];
  /** For a repeated string instruction shown as one step: how often it ran, where that is known. */
  readonly rounds?: number;
  /** For one round of a repeated string instruction: its number, from 0, and how many rounds before it are left out here. */
  readonly round?: { readonly index: number; readonly skippedBefore: number };
}

/** A word that the lead-up loaded or stored, as it was first touched. */
export interface MemoryWord {
  readonly address: KnownValue;
  readonly size: number;
  readonly value: KnownValue;
  /** Index of the step that first touched it. */
  readonly step: number;
}

export type StartReason =
  /** The first bytes captured belong to no instruction that could be told. */
  | 'window-start'
  /** Nothing can fall into the first step, and no visible branch goes there: control came from elsewhere. */
  | 'entered-from-outside'
  /** Every way in that the bytes show contradicts the log. */
  | 'no-way-fits'
  /** The callee of the first step gave registers back changed that it had to save, so the stack that held them was overwritten. */
  | 'callee-lost-registers'
  | 'step-limit'
  /** The way in is not certain, and as many steps are shown as a doubtful way is worth. */
  | 'doubtful-limit'
  | 'search-budget'
  /** What lies further back could not be proved by running it. */
  | 'not-provable'
  | 'no-code';

export interface Proof {
  readonly proved: boolean;
  /** Why it is not. */
  readonly reason?: ProofFailure;
  /** Indices of steps whose outcome was given. */
  readonly given: readonly number[];
}

/** The instructions that ran before the fault, rebuilt from the state at the fault and run forward into it as a proof. */
export interface LeadUp {
  readonly proved: boolean;
  readonly proof: Proof;
  /** Address of the first step; absent without steps. */
  readonly start?: U32;
  readonly reason: StartReason;
  /** In the order of execution; the faulting instruction is not among them. */
  readonly steps: readonly LeadUpStep[];
  readonly memory: readonly MemoryWord[];
  /** Offsets of instructions in the window, between the first step and the fault, that did not run. */
  readonly notExecuted: readonly number[];
  readonly origin: readonly OriginChain[];
  /** For a repeated faulting instruction: rounds done before the one that faulted. */
  readonly faultingRounds?: KnownValue;
  /** The registers of the faulting operand where the log lacks them and the fault tells them. */
  readonly atFault: Readonly<Partial<Record<GeneralRegister, KnownValue>>>;
  /** The budget that ended the search. */
  readonly budget?: 'steps' | 'trials' | 'witness';
}

/** Where one register of the faulting address came from. */
export interface OriginChain {
  readonly role: 'base' | 'index';
  readonly register: GeneralRegister;
  /** From the fault backwards, up to where the value was made, or was made of several others. */
  readonly links: readonly OriginLink[];
  readonly end: OriginEnd;
  /** Everything that the value was made of in the end; one where it was moved or changed only. Latest first. */
  readonly sources: readonly OriginSource[];
  /** Indices of all steps that made a part of the value, those of `links` among them. */
  readonly steps: readonly number[];
  /** How sure the steps are that the chain goes over; the worst of them. */
  readonly path: PathGrade;
  /** With an `assumed` path that changed something: what holds if control came another way. */
  readonly otherwise?: Elsewhere;
}

/** These places held what the value is made of when control came to the instruction at `address`, whatever led there. */
export interface Elsewhere {
  readonly address: U32;
  /** In the captured bytes. */
  readonly offset: number;
  readonly registers: readonly GeneralRegister[];
  /** Addresses of words of memory. */
  readonly memory: readonly U32[];
  /** The steps from there on made another value of it. */
  readonly isComputed: boolean;
}

export interface OriginLink {
  /** Index in `steps`. */
  readonly step: number;
  /** `copy` also where the value went through a word of memory that the steps stored it in. */
  readonly kind: 'copy' | 'arithmetic' | 'load' | 'constant' | 'pop' | 'other';
  /** The register that the step left the value in, or took it from to store it. */
  readonly register: GeneralRegister;
  /** For a load: where the value was read. */
  readonly address?: KnownValue;
  readonly value: KnownValue;
}

export type OriginEnd =
  /** Made by the last link: nothing is left to follow, or several values are. */
  | { readonly kind: 'load' | 'constant' | 'other' }
  /** It was there before the first step: an argument, or made further back. */
  | { readonly kind: 'before-lead-up'; readonly register: GeneralRegister }
  /** Left by a callee that is not shown: its return value, for eax. */
  | { readonly kind: 'callee'; readonly step: number; readonly register: GeneralRegister };

export interface OriginSource {
  readonly kind: OriginEnd['kind'];
  /** Index of the step that made it; absent for `before-lead-up`. */
  readonly step?: number;
  /** For `before-lead-up` and `callee`: where it was. */
  readonly register?: GeneralRegister;
  /** For a load: where it was read. */
  readonly address?: KnownValue;
  readonly value: KnownValue;
  /** The first step is the first instruction of the function: what was there came from its caller. */
  readonly atEntry?: true;
  /** For a load from the caller's frame: which word above the return address, from 1. */
  readonly argument?: number;
}
