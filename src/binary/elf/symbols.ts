// The symbol table (gABI chapter 4), and what the kernel makes of it: a size in an oops is the distance to the next symbol.

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile, ElfSymbol } from './elf.ts';

const SYMBOL_TABLE = 2;
const DYNAMIC_SYMBOLS = 11;
const ENTRY = 16;
const MOST_SYMBOLS = 2_000_000;

/** The symbols in the order of the table, so that relocations can name them by index. */
export function readSymbols(file: ElfFile): readonly ElfSymbol[] {
  const table =
    file.sections.find(({ type }) => type === SYMBOL_TABLE) ??
    file.sections.find(({ type }) => type === DYNAMIC_SYMBOLS);
  if (table === undefined || !table.hasBytes) return [];
  const bytes = file.rawPart(table, 0, Math.min(table.size, MOST_SYMBOLS * ENTRY));
  const strings = file.sections[table.link];
  const names = strings === undefined ? new Uint8Array() : file.rawPart(strings, 0, strings.size);
  const cursor = new Cursor(bytes);
  const symbols: ElfSymbol[] = [];
  while (cursor.position + ENTRY <= cursor.length) {
    const name = cursor.u32();
    const value = cursor.u32();
    const size = cursor.u32();
    const type = cursor.u8() & 15;
    cursor.skip(1);
    const section = cursor.u16();
    const base = file.isRelocatable ? (file.sections[section]?.address ?? 0) : 0;
    symbols.push({ name: new Cursor(names, name).string(), address: base + value, size, type, section });
  }
  return symbols;
}
