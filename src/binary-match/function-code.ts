// A whole function of a file as code that ran: its bytes, which of them are others in memory, and where control can come into it from
// elsewhere.

import { Cursor } from '../binary/bytes/cursor.ts';
import type { ElfFile, ElfSection, Relocation } from '../binary/elf/elf.ts';
import { ABSOLUTE, RELATIVE_TYPES } from '../binary/elf/relocations.ts';
import { patchedPlaces } from './patched-places.ts';

export interface BytesAt {
  /** In the function. */
  readonly offset: number;
  readonly length: number;
}

/** A word that is filled in when the code is loaded. */
export interface FilledWord {
  readonly offset: number;
  /** What it is made of: the name of a symbol or of a section. */
  readonly name: string;
}

export interface FunctionCode {
  readonly bytes: Uint8Array;
  /** Unknown where the file alone is at hand. */
  readonly filled: readonly FilledWord[];
  /** No-ops that the kernel can switch to jumps. */
  readonly switches: readonly number[];
  /** What the kernel may have put other instructions in place of. */
  readonly rewritten: readonly BytesAt[];
  /**
   * Offsets that code or tables outside of the function name: a cold part jumps back there, a table of a switch leads there, a failed
   * access goes on there. Absent where the file does not keep what names them.
   */
  readonly entries?: ReadonlySet<number>;
}

/** Larger functions are not read: nothing that far back is ever shown. */
const LARGEST = 1 << 16;
const MOST_RELOCATIONS = 500_000;

/** `start` and `end` in `section`; undefined where the file has no bytes for all of it. */
export function functionCode(file: ElfFile, section: ElfSection, start: number, end: number): FunctionCode | undefined {
  if (start < 0 || end - start > LARGEST) return undefined;
  const bytes = file.part(section, start, Math.min(end, section.size) - start).slice();
  if (bytes.length === 0 || bytes.length < Math.min(end, section.size) - start) return undefined;
  const filled: FilledWord[] = [];
  const switches: number[] = [];
  const rewritten: BytesAt[] = [];
  for (const [at, { reason, length }] of patchedPlaces(file, section)) {
    const offset = at - start;
    if (offset < 0 || offset >= bytes.length) continue;
    if (reason === 'static-branch') switches.push(offset);
    else if (reason === 'function-trace' || reason === 'alternative' || reason === 'paravirtual-call')
      rewritten.push({ offset, length });
  }
  for (const relocation of file.relocations(section)) {
    const offset = relocation.offset - start;
    if (offset < 0 || offset + 4 > bytes.length || isWithin(file, section, relocation)) continue;
    filled.push({ offset, name: symbolName(file, relocation) });
  }
  const entries = entriesOf(file, section, start, start + bytes.length);
  return { bytes, filled, switches, rewritten, ...(entries && { entries }) };
}

/** The distance to a place of the same section is the same wherever the section lies. */
function isWithin(file: ElfFile, section: ElfSection, { type, symbol }: Relocation): boolean {
  return RELATIVE_TYPES.has(type) && file.symbols()[symbol]?.section === section.index;
}

function symbolName(file: ElfFile, { symbol }: Relocation): string {
  const found = file.symbols()[symbol];
  if (found === undefined) return 'a symbol that is missing';
  return found.name !== '' ? found.name : (file.sections[found.section]?.name ?? 'a symbol without a name');
}

/** Tables that name places of code which control does not come to by them. */
const NO_ENTRIES =
  /^(__mcount_loc|\.smp_locks|\.retpoline_sites|\.return_sites|\.call_sites|\.ibt_endbr_seal|\.altinstructions|\.parainstructions|\.static_call_sites|\.orc_.*|\.eh_frame|\.symtab|___ksymtab.*|__ksymtab.*)$/;

function entriesOf(file: ElfFile, section: ElfSection, start: number, end: number): ReadonlySet<number> | undefined {
  if (!file.isRelocatable && file.relocations(section).length === 0) return undefined;
  const entries = new Set<number>();
  const add = (offset: number) => {
    if (offset > start && offset < end) entries.add(offset - start);
  };
  for (const { address, section: index, type } of file.symbols())
    if (index === section.index && type !== SECTION_SYMBOL) add(address - section.address);
  let left = MOST_RELOCATIONS;
  for (const from of file.sections) {
    if (!from.isLoaded || !from.hasBytes || NO_ENTRIES.test(from.name)) continue;
    const relocations = file.relocations(from);
    left -= relocations.length;
    if (left < 0) return undefined;
    const bytes = relocations.length === 0 ? new Uint8Array() : file.bytes(from);
    for (const { offset, type } of relocations) {
      if (from === section && offset >= start && offset < end) continue;
      if (from.name === '__jump_table' && offset % JUMP_ENTRY !== JUMP_TARGET) continue;
      if (offset + 4 > bytes.length) continue;
      const word = new Cursor(bytes, offset).u32();
      // Where a warning's ud2 trapped, the kernel goes on after it.
      const after = from.name === '__bug_table' ? UD2_LENGTH : 0;
      if (type === ABSOLUTE) add(word + after - section.address);
      // A branch counts from its end, a table from the word itself.
      else if (RELATIVE_TYPES.has(type)) {
        const place = file.addressOf(from, offset) + (from.isCode ? 4 : 0);
        add(((place + word) >>> 0) + after - section.address);
      }
    }
  }
  return entries;
}

const SECTION_SYMBOL = 3;
/** struct jump_entry: code, target, key. */
const JUMP_ENTRY = 12;
const JUMP_TARGET = 4;
const UD2_LENGTH = 2;
