// The decoder's interface: bytes in, instructions and listing text out.

import type { U32 } from '../machine/u32.ts';
import type { Instruction } from './instruction.ts';

/** How instructions are written: as objdump writes them by default, or as Intel's manuals do. */
export type Syntax = 'att' | 'intel';

/** What a decode at one offset gives, short of the instruction itself. */
export type Extent = { readonly kind: 'whole'; readonly length: number } | { readonly kind: 'invalid' | 'truncated' };

export interface Decoder {
  /** The instruction at `offset` of `bytes`, or undefined where the bytes are no instruction or end inside one. */
  decode(bytes: Uint8Array, offset: number, address: U32): Instruction | undefined;
  /** What lies at every offset of `bytes`; far cheaper than decoding there. */
  extents(bytes: Uint8Array): readonly Extent[];
  /** One line of listing in objdump's form: mnemonic padded to six columns, a blank, operands. */
  print(instruction: Instruction, syntax: Syntax): string;
  /** The address of its memory operand in that line: `0x14(%ebx)`; undefined where none stands in brackets. */
  printMemoryOperand(instruction: Instruction, syntax: Syntax): string | undefined;
}
