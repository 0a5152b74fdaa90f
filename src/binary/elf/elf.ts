// What an ELF file is to its readers: sections with their bytes, symbols, relocations.

import type { BinaryDiagnostic } from '../bytes/byte-source.ts';

export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  /** Of the file, or ours in a relocatable file. */
  readonly address: number;
  readonly offset: number;
  /** Bytes, as the header says; a compressed section has more of them. */
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
  readonly isLoaded: boolean;
  readonly isCode: boolean;
  /** False for a section that takes memory and has no bytes in this file. */
  readonly hasBytes: boolean;
  readonly isCompressed: boolean;
}

/** A part of the file that a loader maps. */
export interface ElfSegment {
  /** In the file. */
  readonly offset: number;
  readonly address: number;
  /** Bytes in memory. */
  readonly size: number;
  readonly isCode: boolean;
}

export interface Place {
  readonly section: ElfSection;
  readonly offset: number;
}

export interface ElfHelp {
  /** Undoes zlib; undefined where the bytes are no zlib stream of that size. */
  inflate(bytes: Uint8Array, size: number): Uint8Array | undefined;
}

export interface ElfFile {
  readonly isRelocatable: boolean;
  readonly sections: readonly ElfSection[];
  readonly diagnostics: BinaryDiagnostic[];
  section(name: string): ElfSection | undefined;
  /** The section's bytes, inflated and, in a relocatable file, relocated to our addresses; empty where it has none. */
  bytes(section: ElfSection | undefined): Uint8Array;
  /** A part of the section, without reading the rest where the file allows it. */
  part(section: ElfSection | undefined, offset: number, length: number): Uint8Array;
  /** The bytes as they lie in the file. */
  rawPart(section: ElfSection, offset: number, length: number): Uint8Array;
  symbols(): readonly ElfSymbol[];
  /** What a loader maps; empty in a relocatable file. */
  segments(): readonly ElfSegment[];
  /** The relocations that the file keeps for a section, in the order of their offsets. */
  relocations(section: ElfSection): readonly Relocation[];
  placeOf(address: number): Place | undefined;
  addressOf(section: ElfSection, offset: number): number;
}

export interface ElfSymbol {
  readonly name: string;
  /** The address, as `ElfFile.addressOf` gives it; the value itself where the symbol lies in no section. */
  readonly address: number;
  readonly size: number;
  /** STT_NOTYPE 0, STT_OBJECT 1, STT_FUNC 2, STT_SECTION 3, STT_FILE 4. */
  readonly type: number;
  /** Index of the section; 0 is none, from 0xff00 on it is special. */
  readonly section: number;
}

export interface Relocation {
  /** In the section. */
  readonly offset: number;
  /** R_386_32 is 1, R_386_PC32 2, R_386_PLT32 4. */
  readonly type: number;
  /** Index in the symbol table. */
  readonly symbol: number;
}
