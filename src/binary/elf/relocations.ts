// Relocations of i386 (psABI, "Relocation Types"): REL, so that the addend lies in the place itself.
// Only a relocatable file has them applied: vmlinux is linked with --emit-relocs and keeps those that were applied already.

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile, ElfSection, Relocation } from './elf.ts';

const REL = 9;
/** R_386_32. */
export const ABSOLUTE = 1;
/** R_386_PC32 and R_386_PLT32. */
export const RELATIVE_TYPES: ReadonlySet<number> = new Set([2, 4]);
const ENTRY = 8;

export function readRelocations(file: ElfFile, section: ElfSection): readonly Relocation[] {
  const tables = file.sections.filter(({ type, info }) => type === REL && info === section.index);
  const found: Relocation[] = [];
  for (const table of tables) {
    const cursor = new Cursor(file.rawPart(table, 0, table.size));
    while (cursor.position + ENTRY <= cursor.length) {
      const offset = cursor.u32();
      const info = cursor.u32();
      found.push({ offset, type: info & 0xff, symbol: info >>> 8 });
    }
  }
  return found.sort((a, b) => a.offset - b.offset);
}

/** A copy of the bytes with the addresses of `ElfFile.addressOf` filled in. */
export function applyRelocations(file: ElfFile, section: ElfSection, bytes: Uint8Array): Uint8Array {
  const relocations = file.relocations(section);
  if (relocations.length === 0) return bytes;
  // A slice of a Node buffer would share its memory.
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  const symbols = file.symbols();
  for (const { offset, type, symbol } of relocations) {
    const target = symbols[symbol]?.address;
    if (target === undefined || offset + 4 > copy.length) continue;
    const addend = view.getUint32(offset, true);
    if (type === ABSOLUTE) view.setUint32(offset, (addend + target) >>> 0, true);
    else if (RELATIVE_TYPES.has(type))
      view.setUint32(offset, (addend + target - file.addressOf(section, offset)) >>> 0, true);
  }
  return copy;
}
