// Puts the two disassemblers together: one says what an instruction means, the other writes it down.

import type { Decoder } from './decoder.ts';
import { IcedDecoder } from './iced/iced-decoder.ts';
import type { IcedNamespace } from './iced/iced-namespace.ts';
import type { Instruction } from './instruction.ts';
import type { Lister } from './listing/lister.ts';
import { printListing, printMemoryOperand } from './listing/print-listing.ts';

/** Listing text is made when it is asked for: an analysis that prints nothing pays for none. */
export function createDecoder(iced: IcedNamespace, lister: Lister): Decoder {
  const decoder = new IcedDecoder(iced);
  const decodeAt =
    ({ address }: Instruction) =>
    (bytes: Uint8Array) =>
      decoder.decode(bytes, 0, address);
  return {
    decode: (bytes, offset, address) => decoder.decode(bytes, offset, address),
    extents: (bytes) => decoder.extents(bytes),
    print: (instruction, syntax) => printListing(instruction, syntax, lister, decodeAt(instruction)),
    printMemoryOperand: (instruction, syntax) => printMemoryOperand(instruction, syntax, lister, decodeAt(instruction)),
  };
}
