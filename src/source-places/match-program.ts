// A line about a user program against the program's file: the mapping that the kernel prints gives the place in the file.

import type { ElfFile, ElfSegment } from '../binary/elf/elf.ts';
import { compareCode } from '../binary-match/match-code.ts';
import type { U32 } from '../machine/u32.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot, UserMapping } from '../snapshot/snapshot.ts';
import type { BinaryFile } from './binary-file.ts';
import { type BinaryMatch, differingBytes, haveCode, type PlacedCode, placedCode, type SectionPlace } from './match.ts';

const PAGE = 0x1000;
/** Fewer equal bytes are no proof: they occur in other programs too. */
const FEWEST_BYTES = 16;

export function matchProgram(snapshot: Snapshot, mapping: UserMapping, eip: U32, binary: BinaryFile): BinaryMatch {
  // For an address in no mapping, find_vma gives the kernel the next one above (print_vma_addr, mm/memory.c).
  if (eip < mapping.start || eip >= mapping.start + mapping.size)
    return { match: 'elsewhere', reason: 'outside-mapping' };
  const hasName = binary.names.includes(mapping.file);
  const place = placeIn(binary.file, mapping, eip);
  if (place === undefined)
    return hasName
      ? { match: 'refused', reason: 'layout', places: [], unexplained: [] }
      : { match: 'elsewhere', reason: 'other-program' };
  const code = clipped(placedCode(codeWindowOf(snapshot)), place);
  const isComparable = code !== undefined && code.bytes.length >= FEWEST_BYTES && haveCode([place]);
  if (!isComparable) {
    if (!hasName) return { match: 'elsewhere', reason: 'other-program' };
    return { match: 'uncompared', reason: haveCode([place]) ? 'no-code' : 'file-without-code', places: [place] };
  }
  const { section, offset } = place;
  const { patched, unexplained } = compareCode(binary.file, section, offset - code.eipOffset, code.bytes);
  if (unexplained.length === 0) return { match: 'proved', place, patched, compared: code.bytes.length };
  if (!hasName) return { match: 'elsewhere', reason: 'other-program' };
  return {
    match: 'refused',
    reason: 'bytes',
    places: [place],
    unexplained: differingBytes(binary.file, place, code, unexplained).map((byte) => ({
      ...byte,
      offset: byte.offset + code.skipped,
    })),
  };
}

/** The place in the file, if one executable segment fills the mapping: its pages are what the kernel prints as `[start+size]`. */
function placeIn(file: ElfFile, mapping: UserMapping, eip: U32): SectionPlace | undefined {
  const fitting = file.segments().filter((segment) => segment.isCode && pagesOf(segment).size === mapping.size);
  const [segment] = fitting;
  if (segment === undefined || fitting.length > 1) return undefined;
  const address = eip - mapping.start + pagesOf(segment).start;
  const { fileOffset } = mapping;
  if (fileOffset !== undefined && fileOffset !== address - segment.address + segment.offset) return undefined;
  return file.placeOf(address);
}

function pagesOf({ address, size }: ElfSegment): { readonly start: number; readonly size: number } {
  const start = address - (address % PAGE);
  return { start, size: Math.ceil((address + size - start) / PAGE) * PAGE };
}

type ClippedCode = PlacedCode & { readonly skipped: number };

/** What lies in the section of EIP: sections of a program lie beside each other with bytes between that belong to none. */
function clipped(code: PlacedCode | undefined, { section, offset }: SectionPlace): ClippedCode | undefined {
  if (code === undefined) return undefined;
  const start = offset - code.eipOffset;
  const skipped = Math.max(0, -start);
  const bytes = code.bytes.subarray(skipped, Math.max(skipped, section.size - start));
  return { ...code, bytes, eipOffset: code.eipOffset - skipped, skipped };
}
