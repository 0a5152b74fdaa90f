// The function that EIP lies in, from a file that has exactly the captured code: what the log does not show of it.

import type { ElfFile } from '../binary/elf/elf.ts';
import { type FunctionCode, functionCode } from '../binary-match/function-code.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { placedCode, type SectionPlace } from './match.ts';
import type { ReportSources } from './report-sources.ts';

export interface WholeFunction extends FunctionCode {
  /** Offset of its first byte in the captured bytes. */
  readonly start: number;
}

/**
 * Undefined where no file was proved to hold the code, or only one of another release: equal bytes here say nothing of the rest of it. Of
 * several places that fit, any will do if the whole functions are the same.
 */
export function wholeFunction(snapshot: Snapshot, { binaries }: ReportSources): WholeFunction | undefined {
  const code = placedCode(codeWindowOf(snapshot));
  if (code === undefined) return undefined;
  for (const { binary, match, release } of binaries) {
    if (release === 'differs') continue;
    const places = match.match === 'proved' ? [match.place] : match.match === 'ambiguous' ? match.places : [];
    const found = places.map((place) => functionAt(snapshot, binary.file, place));
    const [first, ...others] = found;
    if (first === undefined || !others.every((other) => other !== undefined && isSame(first.code, other.code)))
      continue;
    return { ...first.code, start: code.eipOffset - first.before };
  }
  return undefined;
}

/** The function around a place, and how far into it the place lies. */
function functionAt(snapshot: Snapshot, file: ElfFile, place: SectionPlace) {
  const bounds = snapshot.mapping === undefined ? printedBounds(snapshot, place) : symbolBounds(file, place);
  if (bounds === undefined) return undefined;
  const code = functionCode(file, place.section, bounds.start, bounds.end);
  return code && { code, before: place.offset - bounds.start };
}

/** `name+0x10/0x20`. */
function printedBounds({ symbol }: Snapshot, { offset }: SectionPlace) {
  const { offset: before, size } = symbol?.value ?? {};
  if (before === undefined || size === undefined) return undefined;
  return { start: offset - before, end: offset - before + size };
}

const FUNCTION = 2;

function symbolBounds(file: ElfFile, { section, offset }: SectionPlace) {
  for (const { type, section: index, address, size } of file.symbols()) {
    const start = address - section.address;
    if (type === FUNCTION && index === section.index && start <= offset && offset < start + size)
      return { start, end: start + size };
  }
  return undefined;
}

function isSame(one: FunctionCode, other: FunctionCode): boolean {
  return (
    one.bytes.length === other.bytes.length &&
    one.bytes.every((byte, i) => byte === other.bytes[i]) &&
    JSON.stringify([one.filled, one.switches, one.rewritten]) ===
      JSON.stringify([other.filled, other.switches, other.rewritten]) &&
    JSON.stringify([...(one.entries ?? [])].sort()) === JSON.stringify([...(other.entries ?? [])].sort())
  );
}
