// Which place of a file an oops is about: candidates by symbol and size, then every captured byte, each difference accounted for.

import type { ElfFile, ElfSection } from '../binary/elf/elf.ts';
import { type PatchedPlace, patchedPlaces } from './patched-places.ts';

export interface CapturedCode {
  readonly symbol: string;
  /** Of EIP in the symbol. */
  readonly offset: number;
  /** As printed: the distance to the next symbol. */
  readonly size: number;
  readonly bytes: Uint8Array;
  /** Index of the byte at EIP in `bytes`. */
  readonly at: number;
}

export interface MatchedPlace {
  readonly section: ElfSection;
  /** Of EIP in the section. */
  readonly offset: number;
  /** Captured bytes that differ, each at a place that the kernel patches. */
  readonly patched: number;
}

export interface RefusedPlace {
  readonly section: ElfSection;
  readonly offset: number;
  /** Indexes in the captured bytes that differ from the file for no reason that the file names. */
  readonly unexplained: readonly number[];
}

/** `elsewhere`: the file has no symbol of that name and size. */
export type CodeMatch =
  | { readonly match: 'proved'; readonly place: MatchedPlace }
  | { readonly match: 'ambiguous'; readonly places: readonly MatchedPlace[] }
  | { readonly match: 'refused'; readonly places: readonly RefusedPlace[] }
  | { readonly match: 'elsewhere' };

/** Proves the code, not the file: another build can have the same bytes, so the release is compared as well. */
export function matchCode(file: ElfFile, code: CapturedCode): CodeMatch {
  const matched: MatchedPlace[] = [];
  const refused: RefusedPlace[] = [];
  for (const { section, start } of functionsOf(file, code)) {
    const offset = start + code.offset;
    const { patched, unexplained } = compareCode(file, section, offset - code.at, code.bytes);
    if (unexplained.length === 0) matched.push({ section, offset, patched });
    else refused.push({ section, offset, unexplained });
  }
  const [first, ...more] = matched;
  if (first !== undefined)
    return more.length === 0 ? { match: 'proved', place: first } : { match: 'ambiguous', places: matched };
  return refused.length > 0 ? { match: 'refused', places: refused } : { match: 'elsewhere' };
}

/** A place in a function, as kernels print it. */
export type PrintedPlace = Pick<CapturedCode, 'symbol' | 'offset' | 'size'>;

/** Where the file has a function of that name and size: its section, and its offset there. */
export function functionsOf(file: ElfFile, code: PrintedPlace): { section: ElfSection; start: number }[] {
  const found: { section: ElfSection; start: number }[] = [];
  for (const symbol of file.symbols()) {
    const section = file.sections[symbol.section];
    if (symbol.name !== code.symbol || section === undefined || !section.isCode) continue;
    const start = symbol.address - section.address;
    const isSame = distanceToNext(file, section, symbol.address) === code.size && code.offset < code.size;
    if (isSame && !found.some((one) => one.section === section && one.start === start)) found.push({ section, start });
  }
  return found;
}

/** What kallsyms takes for the size; a section's last symbol reaches to the end of its pages. */
function distanceToNext(file: ElfFile, section: ElfSection, address: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const symbol of file.symbols()) {
    const isOfTable = symbol.name !== '' && symbol.type !== 3 && symbol.type !== 4;
    if (isOfTable && symbol.section === section.index && symbol.address > address)
      next = Math.min(next, symbol.address);
  }
  if (next !== Number.POSITIVE_INFINITY) return next - address;
  return Math.ceil(section.size / 0x1000) * 0x1000 - (address - section.address);
}

/**
 * Captured bytes against the section's from `start` on: how many differ at places that the kernel patches, and the indexes of those that
 * differ for no reason that the file names.
 */
export function compareCode(
  file: ElfFile,
  section: ElfSection,
  start: number,
  bytes: Uint8Array,
): { readonly patched: number; readonly unexplained: readonly number[] } {
  const places = patchedPlaces(file, section);
  const own = file.rawPart(section, Math.max(start, 0), bytes.length);
  const unexplained: number[] = [];
  let patched = 0;
  for (const [index, byte] of bytes.entries()) {
    const offset = start + index;
    if (offset >= 0 && offset < section.size && own[offset - Math.max(start, 0)] === byte) continue;
    if (isPatched(places, offset)) patched += 1;
    else unexplained.push(index);
  }
  return { patched, unexplained };
}

function isPatched(places: ReadonlyMap<number, PatchedPlace>, offset: number): boolean {
  for (let back = 0; back < 64; back += 1) {
    const place = places.get(offset - back);
    if (place !== undefined && back < place.length) return true;
  }
  return false;
}
