// What a file has to do with a report: facts as codes, for the words and the JSON.

import type { ElfSection } from '../binary/elf/elf.ts';
import type { CodeWindow } from '../snapshot/memory.ts';

/** A place in a section of the file. */
export interface SectionPlace {
  readonly section: ElfSection;
  readonly offset: number;
}

/** A captured byte that differs from the file's for no reason that the file names. */
export interface DifferingByte {
  /** In the captured bytes. */
  readonly offset: number;
  readonly log: number;
  readonly file: number;
}

/** Why the code of the fault is in no place of this file. */
export type ElsewhereReason =
  /** The log prints another module for it, or none. */
  | 'other-module'
  /** The file has no function of that name and size. */
  | 'no-function'
  /** The line is about a file of another name. */
  | 'other-program'
  /** EIP is not in the mapping that the line names, which is then the next one above it. */
  | 'outside-mapping';

/** Why there was nothing to compare bytes with: whatever is said of the file then is taken on trust. */
export type UncomparedReason =
  /** The log names no whole `symbol+offset/size` for EIP, and no mapping. */
  | 'no-symbol'
  /** The log has no code bytes, or does not say which of them EIP points at. */
  | 'no-code'
  /** The file has no bytes for its code: its debug information was split off. */
  | 'file-without-code';

/** Why a program is not the one that ran. */
export type RefusedReason =
  /** Captured bytes differ. */
  | 'bytes'
  /** The executable part has another size, or lies elsewhere in the file. */
  | 'layout';

export type BinaryMatch =
  /** One place has exactly the captured code. */
  | { readonly match: 'proved'; readonly place: SectionPlace; readonly patched: number; readonly compared: number }
  | { readonly match: 'ambiguous'; readonly places: readonly SectionPlace[]; readonly patched: number }
  | {
      readonly match: 'refused';
      readonly reason: RefusedReason;
      readonly places: readonly SectionPlace[];
      readonly unexplained: readonly DifferingByte[];
    }
  | { readonly match: 'elsewhere'; readonly reason: ElsewhereReason }
  /** `places` are those of that name and size, or at that offset. */
  | { readonly match: 'uncompared'; readonly reason: UncomparedReason; readonly places: readonly SectionPlace[] };

/** A code window in which EIP has a place. */
export type PlacedCode = CodeWindow & { readonly eipOffset: number };

export function placedCode(window: CodeWindow | undefined): PlacedCode | undefined {
  const eipOffset = window?.eipOffset;
  return window === undefined || eipOffset === undefined ? undefined : { ...window, eipOffset };
}

/** Places whose code the file does not hold. */
export function haveCode(places: readonly SectionPlace[]): boolean {
  return places.every(({ section }) => section.hasBytes);
}

export function differingBytes(
  binary: { rawPart(section: ElfSection, offset: number, length: number): Uint8Array },
  { section, offset }: SectionPlace,
  code: PlacedCode,
  indexes: readonly number[],
): readonly DifferingByte[] {
  return indexes.map((index) => ({
    offset: index,
    log: code.bytes[index] ?? 0,
    file: binary.rawPart(section, offset - code.eipOffset + index, 1)[0] ?? 0,
  }));
}
