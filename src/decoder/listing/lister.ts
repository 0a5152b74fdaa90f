// What a lister is: a disassembler that writes one instruction as text. Rules make objdump's form of what it writes.

import type { U32 } from '../../machine/u32.ts';
import type { Syntax } from '../decoder.ts';
import type { RawText } from './listing-line.ts';
import type { Rule } from './rule.ts';

export interface Lister {
  /** Undefined where the lister does not know the instruction. */
  text(bytes: Uint8Array, address: U32, syntax: Syntax): RawText | undefined;
  /** Rules of its own, to come before those that rewrite capstone's text. */
  readonly habits?: (syntax: Syntax) => readonly Rule[];
}
