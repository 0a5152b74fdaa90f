// Units of .debug_info and their entries (DWARF 5, sections 7.5.1 to 7.5.4). An entry is read when it is asked for.

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from '../elf/elf.ts';
import { type Abbreviation, readAbbreviations } from './abbreviations.ts';
import { type FormContext, type FormValue, readForm } from './forms.ts';

const ABBREVIATION_PIECE = 0x1_0000;

export interface UnitHeader extends FormContext {
  /** Where its first entry begins, and where the unit ends. */
  readonly firstEntry: number;
  readonly end: number;
  readonly abbreviations: number;
}

export interface Entry {
  readonly offset: number;
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: ReadonlyMap<number, FormValue>;
  /** Offset after the entry's attributes. */
  readonly next: number;
}

/** The header at `offset`; undefined where the bytes make none. */
export function readUnitHeader(file: ElfFile, offset: number): UnitHeader | undefined {
  const info = file.section('.debug_info');
  const cursor = new Cursor(file.part(info, offset, 64));
  let length = cursor.u32();
  const offsetSize = length === 0xffff_ffff ? 8 : 4;
  if (offsetSize === 8) length = cursor.u64();
  const end = offset + cursor.position + length;
  const version = cursor.u16();
  if (length === 0 || version < 2 || version > 5) return undefined;
  const kind = version >= 5 ? cursor.u8() : 1;
  const early = version >= 5 ? cursor.u8() : 0;
  const abbreviations = offsetSize === 8 ? cursor.u64() : cursor.u32();
  const addressSize = version >= 5 ? early : cursor.u8();
  // Type units carry a signature and an offset, skeletons and split units a number.
  if (kind === 2 || kind === 6) cursor.skip(8 + offsetSize);
  else if (kind === 4 || kind === 5) cursor.skip(8);
  if (cursor.ended || (addressSize !== 4 && addressSize !== 8)) return undefined;
  return { version, offset, offsetSize, addressSize, abbreviations, end, firstEntry: offset + cursor.position };
}

/** The abbreviation tables of a file by their offsets: units share them. */
export type AbbreviationTables = Map<number, ReadonlyMap<number, Abbreviation>>;

export class Unit {
  readonly header: UnitHeader;
  readonly root: Entry | undefined;
  readonly #file: ElfFile;
  readonly #bytes: Uint8Array;
  readonly #abbreviations: ReadonlyMap<number, Abbreviation>;

  constructor(file: ElfFile, header: UnitHeader, tables: AbbreviationTables) {
    this.#file = file;
    this.header = header;
    this.#bytes = file.part(file.section('.debug_info'), header.offset, header.end - header.offset);
    this.#abbreviations = abbreviationsAt(file, header.abbreviations, tables);
    this.root = this.entryAt(header.firstEntry);
  }

  /** The entry at an offset of .debug_info; undefined for the end of siblings, and for what cannot be read. */
  entryAt(offset: number): Entry | undefined {
    const cursor = new Cursor(this.#bytes, offset - this.header.offset);
    const abbreviation = this.#abbreviations.get(cursor.uleb());
    if (abbreviation === undefined || cursor.ended) return undefined;
    const attributes = new Map<number, FormValue>();
    for (const { attribute, form, constant } of abbreviation.attributes) {
      const value = readForm(cursor, form, constant, this.header);
      if (value === undefined || cursor.ended) return undefined;
      attributes.set(attribute, value);
    }
    const { tag, hasChildren } = abbreviation;
    return { offset, tag, hasChildren, attributes, next: this.header.offset + cursor.position };
  }

  /** True where a zero byte ends a list of siblings. */
  isNull(offset: number): boolean {
    return this.#bytes[offset - this.header.offset] === 0;
  }

  text(value: FormValue | undefined): string | undefined {
    if (value?.kind === 'string') return value.text;
    if (value?.kind === 'string-offset') return stringAt(this.#file, value.section, value.value);
    if (value?.kind !== 'string-index') return undefined;
    const base = this.#base(0x72, 8);
    const { offsetSize } = this.header;
    const offsets = this.#file.part(
      this.#file.section('.debug_str_offsets'),
      base + value.value * offsetSize,
      offsetSize,
    );
    const cursor = new Cursor(offsets);
    const offset = offsetSize === 8 ? cursor.u64() : cursor.u32();
    return cursor.ended ? undefined : stringAt(this.#file, '.debug_str', offset);
  }

  address(value: FormValue | undefined): number | undefined {
    if (value?.kind === 'address') return value.value;
    return value?.kind === 'address-index' ? this.indexedAddress(value.value) : undefined;
  }

  indexedAddress(index: number): number | undefined {
    const base = this.#base(0x73, 8);
    const { addressSize } = this.header;
    const cursor = new Cursor(
      this.#file.part(this.#file.section('.debug_addr'), base + index * addressSize, addressSize),
    );
    const address = addressSize === 8 ? cursor.u64() : cursor.u32();
    return cursor.ended ? undefined : address;
  }

  /** DW_AT_rnglists_base, DW_AT_addr_base, DW_AT_str_offsets_base; the size of the header where the unit names none. */
  #base(attribute: number, otherwise: number): number {
    const value = this.root?.attributes.get(attribute);
    return value?.kind === 'section-offset' ? value.value : otherwise;
  }
}

export function stringAt(file: ElfFile, section: string, offset: number): string | undefined {
  for (let length = 256; length <= 0x1_0000; length *= 16) {
    const bytes = file.part(file.section(section), offset, length);
    if (bytes.includes(0)) return new Cursor(bytes).string();
  }
  return undefined;
}

function abbreviationsAt(file: ElfFile, offset: number, tables: AbbreviationTables): ReadonlyMap<number, Abbreviation> {
  const known = tables.get(offset);
  if (known !== undefined) return known;
  const section = file.section('.debug_abbrev');
  let table: ReadonlyMap<number, Abbreviation> | undefined;
  for (let length = ABBREVIATION_PIECE; table === undefined && length <= ABBREVIATION_PIECE * 64; length *= 8)
    table = readAbbreviations(new Cursor(file.part(section, offset, length)));
  if (table === undefined) file.diagnostics.push({ code: 'dwarf/abbreviations-damaged', offset });
  tables.set(offset, table ?? new Map());
  return table ?? new Map();
}
