// Program headers (gABI chapter 5): which part of the file a loader maps where.

import type { ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import type { ElfSegment } from './elf.ts';

const ENTRY = 32;
const LOAD = 1;
const EXECUTE = 1;

/** The loaded segments in the order of the table. */
export function readSegments(source: ByteSource, header: Uint8Array): readonly ElfSegment[] {
  const tableOffset = new Cursor(header, 28).u32();
  const sizes = new Cursor(header, 42);
  if (sizes.u16() !== ENTRY) return [];
  const table = source.read(tableOffset, ENTRY * sizes.u16());
  const found: ElfSegment[] = [];
  for (let at = 0; at + ENTRY <= table.length; at += ENTRY) {
    const cursor = new Cursor(table, at);
    const isLoaded = cursor.u32() === LOAD;
    const offset = cursor.u32();
    const address = cursor.u32();
    cursor.skip(8);
    const size = cursor.u32();
    const isCode = (cursor.u32() & EXECUTE) !== 0;
    if (isLoaded) found.push({ offset, address, size, isCode });
  }
  return found;
}
