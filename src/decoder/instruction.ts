// The model of one decoded instruction: what it reads, writes, touches and where it can go. It knows no execution and no register values.

import type { GeneralRegister, SegmentRegister } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';

/** The longest instruction in bytes. Intel SDM vol. 2A, "Instruction Format". */
export const MAX_INSTRUCTION_LENGTH = 15;

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

/** How an operand is used; `conditional-…` if that depends on flags, a count or a mask. */
export type OperandAccess =
  | 'none'
  | 'read'
  | 'write'
  | 'read-write'
  | 'conditional-read'
  | 'conditional-write'
  | 'read-conditional-write';

/**
 * One memory operand, written or implied (push, string instructions): where it is and how it is used.
 * All registers are those before the instruction: the word of a push has displacement −4, and the operand of
 * `pop 4(%esp)`, whose address the CPU takes after it has moved esp, has displacement 8.
 */
export interface MemoryOperand {
  readonly segment: SegmentRegister;
  /** With `addressSize` 16 only the low halves count: `esi` stands for si. */
  readonly base?: GeneralRegister | 'bx+si' | 'bx+di' | 'bp+si' | 'bp+di';
  /** The index register; for xlat it is `al`, zero-extended. */
  readonly index?: GeneralRegister | 'al';
  readonly scale: 1 | 2 | 4 | 8;
  /** The displacement modulo 2^32, or 2^16 in a 16-bit address. */
  readonly displacement: U32;
  /** The width of the address computation in bits: 16 with the 67 prefix. The stack is addressed with 32 bits. */
  readonly addressSize: 16 | 32;
  /**
   * For bt, bts, btr and btc with the bit number in a register: this signed register moves the address as well, by
   * (value >> 5) × 4 bytes for a 32-bit operand and (value >> 4) × 2 for a 16-bit one (`ax` and its like).
   */
  readonly bitOffset?: string;
  /** A vector register holds the indices (AVX gathers): the addresses are not in general registers. */
  readonly vectorIndex?: string;
  /**
   * The size of one access in bytes (of one element of a repeated string instruction); 0 if the instruction touches no memory
   * (lea, nop, prefetch, invlpg) and for the xsave family, whose size depends on the machine.
   */
  readonly size: number;
  readonly access: OperandAccess;
  /** False for an operand that the text does not show (the stack word of a push). */
  readonly explicit: boolean;
}

export interface RegisterUse {
  /** The name of the register: `eax`, `al`, `ah`, `ax`, `xmm0`, `st0`, `es` … */
  readonly name: string;
  readonly access: OperandAccess;
}

export type Operand =
  | { readonly kind: 'register'; readonly name: string; readonly access: OperandAccess }
  /** Sign extension to the operand's size is done; `size` is in bytes, after it. */
  | { readonly kind: 'immediate'; readonly value: U32; readonly size: number }
  | { readonly kind: 'memory'; readonly memory: MemoryOperand }
  | { readonly kind: 'target'; readonly address: U32 }
  | { readonly kind: 'far-target'; readonly selector: number; readonly offset: U32 };

/** The EFLAGS bits that an instruction uses, as masks. */
export interface FlagUse {
  readonly read: number;
  /** The bits that are set from the result. */
  readonly written: number;
  /** The bits that the manual leaves undefined. */
  readonly undefined: number;
  /** The bits that are forced to 0 or 1; they are also in `written`. */
  readonly cleared: number;
  readonly set: number;
  /**
   * The bits of `written` and `undefined` that keep their value in some cases: a shift whose %cl is 0, a repeated cmps or
   * scas with a count of 0, the privileged bits of popf and iret.
   */
  readonly conditional: number;
}

/** One decoded instruction: what it reads, writes and where it may go. Offsets, lengths and sizes are in bytes. */
export interface Instruction {
  /** The linear address of the first byte, as it was given to the decoder. */
  readonly address: U32;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** The mnemonic in lower case, without size suffix or prefix: `mov`, `movs`, `jne`. */
  readonly mnemonic: string;
  /** The name that iced-x86 has for the exact encoding: `Mov_rm32_r32`. */
  readonly code: string;
  /** The operands in Intel's order: destination first. */
  readonly operands: readonly Operand[];
  /** Every memory operand; explicit ones come first. */
  readonly memory: readonly MemoryOperand[];
  /**
   * Every register that is read or written, once each. Implied registers and those of addresses are included, eflags and eip are not.
   * The x87 and SSE registers of the fxsave and xsave families are not listed.
   */
  readonly registers: readonly RegisterUse[];
  readonly flags: FlagUse;
  readonly flow: FlowKind;
  /** Where a direct near branch or call goes; a far one has an operand `far-target` instead. */
  readonly target?: U32;
  /** The condition of jcc, setcc, cmovcc: `ne`, `l`, …; `cxz` for jecxz, `loop`, `loope`, `loopne` for the loop family. */
  readonly condition?: string;
  /**
   * `rep` is only set if it repeats, that is for string instructions; ins, outs, movs, stos and lods repeat by the
   * count under either of the two prefixes.
   */
  readonly prefixes: { readonly lock: boolean; readonly rep: 'none' | 'rep' | 'repne' };
  /** True if the instruction raises #GP above CPL 0; in, out, ins, outs, cli and sti do so only above IOPL, which is 0 in Linux. */
  readonly privileged: boolean;
  /**
   * The change of esp by push, pop, call, ret and enter, in bytes. It is 0 for the rest, and if the new esp is not the old one plus a
   * constant: leave, pop %esp, iret (which pops more when it changes privilege), mov to esp.
   */
  readonly stackDelta: number;
  /** Absent for code that a log shows: there every byte is known. */
  readonly unsure?: UnsureBytes;
}

/** Why bytes of an instruction that only a file shows may be others in memory. */
export type UnsureBytes =
  /** An address is filled in when the code is loaded: its immediate, displacement or target means nothing yet. `name`: what of. */
  | { readonly code: 'filled-in'; readonly name: string }
  /** A no-op that the kernel can switch to a jump. */
  | { readonly code: 'switch' };
