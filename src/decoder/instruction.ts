// One decoded instruction: what it reads, writes, touches and where it can go. No execution, no register values.

import type { GeneralRegister, SegmentRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';

export type FlowKind =
  | 'next'
  | 'jump'
  | 'conditional-branch'
  | 'indirect-jump'
  | 'call'
  | 'indirect-call'
  | 'return'
  | 'interrupt'
  /** ud2 and other instructions that only ever raise an exception. */
  | 'exception';

/** How an operand is used; `conditional-…` where it depends on flags, a count or a mask. */
export type OperandAccess =
  | 'none'
  | 'read'
  | 'write'
  | 'read-write'
  | 'conditional-read'
  | 'conditional-write'
  | 'read-conditional-write';

/** One memory operand, written or implied (push, string instructions): where it is and how it is used. */
export interface MemoryOperand {
  readonly segment: SegmentRegister;
  readonly base?: GeneralRegister | 'bx+si' | 'bx+di' | 'bp+si' | 'bp+di';
  readonly index?: GeneralRegister;
  readonly scale: 1 | 2 | 4 | 8;
  /** Modulo 2^32; for a push −4, as the address is taken before the instruction. */
  readonly displacement: U32;
  /** Width of the address computation: 16 with the 67 prefix. */
  readonly addressSize: 16 | 32;
  /** Bytes; 0 where the instruction computes an address without touching memory (lea, nop). */
  readonly size: number;
  readonly access: OperandAccess;
  /** False for an operand that the text does not show (the stack word of a push). */
  readonly explicit: boolean;
}

export interface RegisterUse {
  /** `eax`, `al`, `ah`, `ax`, `xmm0`, `st0`, `es` … */
  readonly name: string;
  readonly access: OperandAccess;
}

export type Operand =
  | { readonly kind: 'register'; readonly name: string; readonly access: OperandAccess }
  | { readonly kind: 'immediate'; readonly value: U32; readonly size: number }
  | { readonly kind: 'memory'; readonly memory: MemoryOperand }
  | { readonly kind: 'target'; readonly address: U32 }
  | { readonly kind: 'far-target'; readonly selector: number; readonly offset: U32 };

/** EFLAGS bits, as masks. */
export interface FlagUse {
  readonly read: number;
  /** Set from the result. */
  readonly written: number;
  /** Left undefined by the manual. */
  readonly undefined: number;
  /** Forced to 0 or 1; also in `written`. */
  readonly cleared: number;
  readonly set: number;
}

export interface Instruction {
  /** Linear address of the first byte, as given to the decoder. */
  readonly address: U32;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Lower case, without size suffix or prefix: `mov`, `movs`, `jne`. */
  readonly mnemonic: string;
  /** iced's name of the exact encoding: `Mov_rm32_r32`. */
  readonly code: string;
  /** In Intel's order: destination first. */
  readonly operands: readonly Operand[];
  /** Every memory operand, explicit first. */
  readonly memory: readonly MemoryOperand[];
  /** Every register read or written, implied ones and those of addresses included, eflags not. */
  readonly registers: readonly RegisterUse[];
  readonly flags: FlagUse;
  readonly flow: FlowKind;
  /** Where a direct branch or call goes. */
  readonly target?: U32;
  /** Condition of jcc, setcc, cmovcc: `ne`, `l`, …; `cxz` for jecxz, `loop…` for the loop family. */
  readonly condition?: string;
  readonly prefixes: { readonly lock: boolean; readonly rep: 'none' | 'rep' | 'repne' };
  /** Raises #GP above CPL 0. */
  readonly privileged: boolean;
  /** Change of esp by push, pop, call, ret; 0 for the rest. */
  readonly stackDelta: number;
}
