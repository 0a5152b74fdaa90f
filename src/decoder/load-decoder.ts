// Puts the two disassemblers together. A caller passes in what it has loaded in a faster way of its own; the rest is imported.

import type { Decoder } from './decoder.ts';
import { IcedDecoder } from './iced/iced-decoder.ts';
import { type IcedNamespace, importIced } from './iced/iced-namespace.ts';
import type { Instruction } from './instruction.ts';
import { type CapstoneNamespace, CapstoneText } from './listing/capstone-text.ts';
import { printListing, printMemoryOperand } from './listing/print-listing.ts';

export interface DecoderParts {
  readonly iced?: IcedNamespace;
  readonly capstone?: CapstoneNamespace;
  /** The bytes of `capstone-wasm/dist/capstone.wasm`. */
  readonly capstoneWasm?: BufferSource;
}

/** Listing text is made when it is asked for: an analysis that prints nothing pays for none. */
export async function loadDecoder(parts: DecoderParts = {}): Promise<Decoder> {
  const [iced, capstone] = await Promise.all([
    parts.iced ?? importIced(),
    CapstoneText.load(parts.capstone, parts.capstoneWasm),
  ]);
  return createDecoder(iced, capstone);
}

function createDecoder(iced: IcedNamespace, capstone: CapstoneText): Decoder {
  const decoder = new IcedDecoder(iced);
  const decodeAt =
    ({ address }: Instruction) =>
    (bytes: Uint8Array) =>
      decoder.decode(bytes, 0, address);
  return {
    decode: (bytes, offset, address) => decoder.decode(bytes, offset, address),
    extents: (bytes) => decoder.extents(bytes),
    print: (instruction, syntax) => printListing(instruction, syntax, capstone, decodeAt(instruction)),
    printMemoryOperand: (instruction, syntax) =>
      printMemoryOperand(instruction, syntax, capstone, decodeAt(instruction)),
  };
}
