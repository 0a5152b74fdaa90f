// The decoder's interface takes bytes and gives instructions and listing text.

import type { U32 } from '../machine/u32.ts';
import type { Instruction } from './instruction.ts';

/** How instructions are written: as objdump writes them by default, or as Intel's manuals do. */
export type Syntax = 'att' | 'intel';

/** Whether there is an instruction at one offset, and how long it is. */
export type Extent = { readonly kind: 'whole'; readonly length: number } | { readonly kind: 'invalid' | 'truncated' };

export interface Decoder {
  /** Decodes the instruction at `offset` of `bytes`; undefined if the bytes are no instruction or end inside one. */
  decode(bytes: Uint8Array, offset: number, address: U32): Instruction | undefined;
  /** Gives the extent at every offset of `bytes`, which is far cheaper than decoding there. */
  extents(bytes: Uint8Array): readonly Extent[];
  /** Writes one line of listing in objdump's form: mnemonic padded to six columns, a blank, operands. */
  print(instruction: Instruction, syntax: Syntax): string;
  /** Writes the address of the memory operand as that line shows it: `0x14(%ebx)`; undefined if the line shows none in brackets. */
  printMemoryOperand(instruction: Instruction, syntax: Syntax): string | undefined;
}
