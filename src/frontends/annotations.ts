// What a log adds to bare addresses: names, remarks on stack words, its call trace. Made by the command line from a snapshot, as text that
// every front end may show.

import type { Instruction } from '../decoder/instruction.ts';
import type { U32 } from '../machine/u32.ts';
import type { AddressLayout } from '../machine/zones.ts';

export interface TraceLine {
  /** Absent where the log prints none. */
  readonly address?: U32;
  readonly symbol: string;
  /** False for entries that the kernel only found on the stack. */
  readonly reliable: boolean;
}

export interface Annotations {
  /** The place of the crash: `foo_read+0x1c/0x90 [foo]`, or the address. */
  readonly title: string;
  /** One line on the fault. */
  readonly fault: string;
  readonly verdict: string;
  readonly trace: readonly TraceLine[];
  readonly layout: AddressLayout;
  /** How an address of the captured code is called: `f88a5aed`, or `foo+0x1f` where the log prints no addresses. */
  place(address: U32): string;
  /** Listing text. */
  text(instruction: Instruction): string;
  /** The symbol that the log gives for this address: printed beside it, or of a function that reaches over it by the size that the log prints. */
  symbol(address: U32): string | undefined;
  /** Remark on the word of the stack dump at this address, true for the time of the fault. */
  stackRemark(address: U32): string | undefined;
  /** Where a function that the log names begins; undefined too where the log has two of that name. */
  symbolStart(name: string): U32 | undefined;
  /** The names that `symbolStart` knows, sorted. */
  readonly symbolNames: readonly string[];
  /** Control and debug registers that the log prints, true for the time of the fault. */
  readonly controlRegisters: readonly { readonly name: string; readonly value: U32 }[];
}
