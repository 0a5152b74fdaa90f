// The places of a kernel file that differ in memory because the kernel patches them when it loads or boots
// (arch/x86/kernel/{alternative,ftrace,jump_label,static_call}.c, module.c). Each table is a section of a module.

import { Cursor } from '../binary/bytes/cursor.ts';
import type { ElfFile, ElfSection } from '../binary/elf/elf.ts';

export type PatchReason =
  | 'relocation'
  | 'function-trace'
  | 'lock-prefix'
  | 'alternative'
  | 'paravirtual-call'
  | 'retpoline'
  | 'return-thunk'
  | 'static-call'
  | 'static-branch';

export interface PatchedPlace {
  readonly reason: PatchReason;
  /** Bytes. */
  readonly length: number;
}

/** Tables whose entries begin with a place: section, bytes an entry, is the place relative to itself, length that changes. */
const TABLES: readonly [string, number, boolean, PatchReason, number][] = [
  ['__mcount_loc', 4, false, 'function-trace', 5],
  ['.smp_locks', 4, true, 'lock-prefix', 1],
  ['.retpoline_sites', 4, true, 'retpoline', 7],
  ['.return_sites', 4, true, 'return-thunk', 5],
  ['.static_call_sites', 8, true, 'static-call', 5],
  ['__jump_table', 12, true, 'static-branch', 5],
];

/** By the offset in `section` at which each begins. */
export function patchedPlaces(file: ElfFile, section: ElfSection): ReadonlyMap<number, PatchedPlace> {
  const places = new Map<number, PatchedPlace>();
  const add = (address: number, reason: PatchReason, length: number) => {
    const offset = address - section.address;
    if (offset < 0 || offset >= section.size || length === 0) return;
    if ((places.get(offset)?.length ?? 0) < length) places.set(offset, { reason, length });
  };
  for (const { offset } of file.isRelocatable ? file.relocations(section) : [])
    add(file.addressOf(section, offset), 'relocation', 4);
  for (const [name, size, isRelative, reason, length] of TABLES)
    for (const { address } of entries(file, name, size, isRelative)) add(address, reason, length);
  // struct alt_instr (6.1): place, replacement, feature, length of the code, length of the replacement.
  for (const { address, rest } of entries(file, '.altinstructions', 12, true))
    add(address, 'alternative', rest[10] ?? 0);
  // struct paravirt_patch_site: place, type, length.
  for (const { address, rest } of entries(file, '.parainstructions', 8, false))
    add(address, 'paravirtual-call', rest[5] ?? 0);
  return places;
}

function entries(
  file: ElfFile,
  name: string,
  size: number,
  isRelative: boolean,
): { address: number; rest: Uint8Array }[] {
  const table = file.section(name);
  const bytes = file.bytes(table);
  const found: { address: number; rest: Uint8Array }[] = [];
  for (let offset = 0; table !== undefined && offset + size <= bytes.length; offset += size) {
    const value = new Cursor(bytes, offset).u32();
    const address = isRelative ? (file.addressOf(table, offset) + value) >>> 0 : value;
    found.push({ address, rest: bytes.subarray(offset, offset + size) });
  }
  return found;
}
