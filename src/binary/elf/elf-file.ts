// An i386 ELF file: header, sections and their bytes, read when they are asked for (System V gABI chapter 4, i386 psABI).
// A relocatable file has no addresses: every section that would be loaded gets one of ours, apart from each other, so that
// an address names one byte in either kind of file. `placeOf` and `addressOf` translate.

import type { BinaryDiagnostic, ByteSource } from '../bytes/byte-source.ts';
import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile, ElfHelp, ElfSection, ElfSegment, ElfSymbol, Place, Relocation } from './elf.ts';
import { applyRelocations, readRelocations } from './relocations.ts';
import { readSegments } from './segments.ts';
import { readSymbols } from './symbols.ts';

const TYPE_NOBITS = 8;
const FLAG_ALLOC = 2;
const FLAG_EXECUTE = 4;
const FLAG_COMPRESSED = 0x800;
const RELOCATABLE = 1;
const COMPRESSED_ZLIB = 1;
/** No section of any file that was seen is larger; a damaged header must not make us allocate more. */
const LARGEST_SECTION = 0x2000_0000;
/** Below it no section of a relocatable file begins, so that zero stays an address of nothing. */
const FIRST_ADDRESS = 0x1_0000;

/** Reads the header and the table of sections. Gives diagnostics alone where the file is none for i386. */
export function openElf(
  source: ByteSource,
  help: ElfHelp,
): { readonly file?: ElfFile; readonly diagnostics: readonly BinaryDiagnostic[] } {
  const header = source.read(0, 52);
  if (header.length < 52 || new Cursor(header).u32() !== 0x464c_457f) return { diagnostics: [{ code: 'elf/not-elf' }] };
  const cursor = new Cursor(header, 16);
  const type = cursor.u16();
  // Class 1 is 32 bits, data 1 is little-endian, machine 3 is Intel's 80386.
  if (header[4] !== 1 || header[5] !== 1 || cursor.u16() !== 3) return { diagnostics: [{ code: 'elf/not-i386' }] };
  const file = new I386File(source, help, type === RELOCATABLE, header);
  return { file, diagnostics: file.diagnostics };
}

class I386File implements ElfFile {
  readonly isRelocatable: boolean;
  readonly diagnostics: BinaryDiagnostic[] = [];
  readonly sections: readonly ElfSection[];
  readonly #source: ByteSource;
  readonly #help: ElfHelp;
  readonly #header: Uint8Array;
  readonly #whole = new Map<number, Uint8Array>();
  readonly #relocations = new Map<number, readonly Relocation[]>();
  readonly #loaded: readonly ElfSection[];
  #symbols: readonly ElfSymbol[] | undefined;

  constructor(source: ByteSource, help: ElfHelp, isRelocatable: boolean, header: Uint8Array) {
    this.#source = source;
    this.#help = help;
    this.#header = header;
    this.isRelocatable = isRelocatable;
    this.sections = this.#readSections(header);
    this.#loaded = this.sections.filter(({ isLoaded, size }) => isLoaded && size > 0);
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  bytes(section: ElfSection | undefined): Uint8Array {
    if (section === undefined || !section.hasBytes) return new Uint8Array();
    let bytes = this.#whole.get(section.index);
    if (bytes === undefined) {
      bytes = this.#readWhole(section);
      this.#whole.set(section.index, bytes);
    }
    return bytes;
  }

  part(section: ElfSection | undefined, offset: number, length: number): Uint8Array {
    if (section === undefined || !section.hasBytes || offset < 0 || length <= 0) return new Uint8Array();
    if (section.isCompressed || this.isRelocatable || this.#whole.has(section.index))
      return this.bytes(section).subarray(offset, offset + length);
    return this.rawPart(section, offset, length);
  }

  rawPart(section: ElfSection, offset: number, length: number): Uint8Array {
    if (offset < 0 || offset >= section.size || !section.hasBytes) return new Uint8Array();
    return this.#source.read(section.offset + offset, Math.min(length, section.size - offset));
  }

  symbols(): readonly ElfSymbol[] {
    this.#symbols ??= readSymbols(this);
    return this.#symbols;
  }

  segments(): readonly ElfSegment[] {
    return readSegments(this.#source, this.#header);
  }

  relocations(section: ElfSection): readonly Relocation[] {
    let found = this.#relocations.get(section.index);
    if (found === undefined) {
      found = readRelocations(this, section);
      this.#relocations.set(section.index, found);
    }
    return found;
  }

  placeOf(address: number): Place | undefined {
    const section = this.#loaded.find((one) => address >= one.address && address < one.address + one.size);
    return section && { section, offset: address - section.address };
  }

  addressOf(section: ElfSection, offset: number): number {
    return section.address + offset;
  }

  #readWhole(section: ElfSection): Uint8Array {
    if (section.size > LARGEST_SECTION) return this.#refuse('elf/section-too-large', section);
    let bytes = this.#source.read(section.offset, section.size);
    if (section.isCompressed) {
      const cursor = new Cursor(bytes);
      const algorithm = cursor.u32();
      const size = cursor.u32();
      if (algorithm !== COMPRESSED_ZLIB) return this.#refuse('elf/compression-unsupported', section);
      if (size > LARGEST_SECTION) return this.#refuse('elf/section-too-large', section);
      const inflated = this.#help.inflate(bytes.subarray(12), size);
      if (inflated === undefined) return this.#refuse('elf/inflate-failed', section);
      bytes = inflated;
    }
    return this.isRelocatable ? applyRelocations(this, section, bytes) : bytes;
  }

  #refuse(code: BinaryDiagnostic['code'], section: ElfSection): Uint8Array {
    this.diagnostics.push({ code, section: section.name });
    return new Uint8Array();
  }

  #readSections(header: Uint8Array): readonly ElfSection[] {
    const tableOffset = new Cursor(header, 32).u32();
    const sizes = new Cursor(header, 46);
    const entrySize = sizes.u16();
    const count = sizes.u16();
    const namesIndex = sizes.u16();
    const table = this.#source.read(tableOffset, entrySize * count);
    if (entrySize < 40 || table.length < entrySize * count) this.diagnostics.push({ code: 'elf/sections-damaged' });
    if (entrySize < 40) return [];
    const found = Math.floor(table.length / entrySize);
    const field = (index: number, word: number) => new Cursor(table, index * entrySize + word * 4).u32();
    const names =
      namesIndex < found
        ? this.#source.read(field(namesIndex, 4), Math.min(field(namesIndex, 5), 0x10_0000))
        : undefined;
    let next = FIRST_ADDRESS;
    return Array.from({ length: found }, (_, index): ElfSection => {
      const [name, type, flags, address, offset, size] = [0, 1, 2, 3, 4, 5].map((word) => field(index, word)) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const isLoaded = (flags & FLAG_ALLOC) !== 0;
      let start = address;
      if (this.isRelocatable) {
        start = isLoaded ? next : 0;
        if (isLoaded) next += Math.ceil((size + 1) / 0x1000) * 0x1000;
      }
      return {
        index,
        name: names === undefined ? '' : new Cursor(names, name).string(),
        type,
        address: start,
        offset,
        size,
        link: field(index, 6),
        info: field(index, 7),
        entrySize: field(index, 9),
        isLoaded,
        isCode: (flags & FLAG_EXECUTE) !== 0,
        hasBytes: type !== TYPE_NOBITS && type !== 0,
        isCompressed: (flags & FLAG_COMPRESSED) !== 0,
      };
    });
  }
}
