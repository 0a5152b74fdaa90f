// The decoder's interface: bytes in, instructions and listing text out.

import type { U32 } from '../machine/u32.ts';
import type { Instruction } from './instruction.ts';

export type Syntax = 'att' | 'intel';

export interface Decoder {
  /** The instruction at `offset` of `bytes`, or undefined where the bytes are no instruction or end inside one. */
  decode(bytes: Uint8Array, offset: number, address: U32): Instruction | undefined;
  /** One line of listing in objdump's form: mnemonic padded to six columns, a blank, operands. */
  print(instruction: Instruction, syntax: Syntax): string;
}
