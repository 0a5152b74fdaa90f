// Where in the source an address is: file, line and column, and the functions that were inlined there.

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from '../elf/elf.ts';
import { joinPath, readLineHeader } from './line-header.ts';
import { type LineSequence, rowAt, runLineProgram } from './line-program.ts';
import { type AddressRange, covers, rangesOf } from './ranges.ts';
import { type FunctionIndex, indexFunctions, scopesAt } from './scopes.ts';
import { type AbbreviationTables, type Entry, readUnitHeader, Unit } from './unit.ts';

const NAME = 0x03;
const LINES = 0x10;
const DIRECTORY = 0x1b;
const ORIGIN = 0x31;
const SPECIFICATION = 0x47;
const CALL_COLUMN = 0x57;
const CALL_FILE = 0x58;
const CALL_LINE = 0x59;
const MOST_UNITS = 100_000;
const DEEPEST = 64;

export interface SourceFrame {
  readonly function?: string;
  readonly file?: string;
  /** 0 where the compiler knows none, as for the column. */
  readonly line: number;
  readonly column: number;
}

interface Lines {
  readonly files: readonly (string | undefined)[];
  readonly sequences: readonly LineSequence[];
}

/** The DWARF of one file, by address as `ElfFile.addressOf` gives it. */
export class Dwarf {
  readonly #file: ElfFile;
  readonly #units = new Map<number, Unit>();
  readonly #lines = new Map<number, Lines>();
  readonly #tables: AbbreviationTables = new Map();
  readonly #functions = new Map<number, FunctionIndex>();
  #arranged: readonly { readonly range: AddressRange; readonly unit: number }[] | undefined;
  #walked: readonly { readonly ranges: readonly AddressRange[]; readonly unit: number }[] | undefined;

  constructor(file: ElfFile) {
    this.#file = file;
  }

  /** The innermost function first, the one that has code of its own last. Empty where no unit covers the address. */
  framesAt(address: number): readonly SourceFrame[] {
    const unit = this.#unitAt(address);
    if (unit === undefined) return [];
    const { files, sequences } = this.#linesOf(unit);
    const row = rowAt(sequences, address);
    const scopes = scopesAt(this.#file, unit, this.#functionsOf(unit), address);
    const frames: SourceFrame[] = [];
    let place = { file: row && files[row.file], line: row?.line ?? 0, column: row?.column ?? 0 };
    for (const entry of scopes.toReversed()) {
      const name = this.#functionName(unit, entry, 0);
      frames.push(frame(name, place));
      const number = (attribute: number) => {
        const value = entry.attributes.get(attribute);
        return value?.kind === 'constant' ? value.value : 0;
      };
      place = { file: files[number(CALL_FILE)], line: number(CALL_LINE), column: number(CALL_COLUMN) };
    }
    if (frames.length === 0 && row !== undefined) frames.push(frame(undefined, place));
    return frames;
  }

  #unitAt(address: number): Unit | undefined {
    this.#arranged ??= readArranges(this.#file);
    const arranged = this.#arranged.find(({ range }) => covers([range], address));
    const known = arranged && this.#unit(arranged.unit);
    if (known !== undefined) return known;
    this.#walked ??= this.#walkUnits();
    const walked = this.#walked.find(({ ranges }) => covers(ranges, address));
    return walked && this.#unit(walked.unit);
  }

  #unit(offset: number): Unit | undefined {
    const known = this.#units.get(offset);
    if (known !== undefined) return known;
    const header = readUnitHeader(this.#file, offset);
    if (header === undefined) return undefined;
    const unit = new Unit(this.#file, header, this.#tables);
    this.#units.set(offset, unit);
    return unit;
  }

  /** Every unit with the addresses that it says it covers: not every compiler writes .debug_aranges. */
  #walkUnits(): { ranges: readonly AddressRange[]; unit: number }[] {
    const size = infoSize(this.#file);
    const found: { ranges: readonly AddressRange[]; unit: number }[] = [];
    let offset = 0;
    for (let budget = MOST_UNITS; offset < size && budget > 0; budget -= 1) {
      const header = readUnitHeader(this.#file, offset);
      if (header === undefined) {
        this.#file.diagnostics.push({ code: 'dwarf/unit-damaged', section: '.debug_info', offset });
        break;
      }
      const unit = new Unit(this.#file, header, this.#tables);
      if (unit.root !== undefined) found.push({ ranges: rangesOf(this.#file, unit, unit.root), unit: offset });
      offset = header.end;
    }
    return found;
  }

  #functionsOf(unit: Unit): FunctionIndex {
    let index = this.#functions.get(unit.header.offset);
    if (index === undefined) {
      index = indexFunctions(this.#file, unit);
      this.#functions.set(unit.header.offset, index);
    }
    return index;
  }

  #linesOf(unit: Unit): Lines {
    const known = this.#lines.get(unit.header.offset);
    if (known !== undefined) return known;
    const offset = unit.root?.attributes.get(LINES);
    const directory = unit.text(unit.root?.attributes.get(DIRECTORY)) ?? '';
    const name = unit.text(unit.root?.attributes.get(NAME));
    const header = offset && 'value' in offset ? readLineHeader(this.#file, offset.value, directory) : undefined;
    const sequences = header === undefined ? [] : runLineProgram(header, this.#file.diagnostics);
    const files = header?.files ?? [name && joinPath(directory, name)];
    const lines = { files, sequences };
    this.#lines.set(unit.header.offset, lines);
    return lines;
  }

  #functionName(unit: Unit, entry: Entry, depth: number): string | undefined {
    const name = unit.text(entry.attributes.get(NAME));
    if (name !== undefined || depth > DEEPEST) return name;
    const link = entry.attributes.get(ORIGIN) ?? entry.attributes.get(SPECIFICATION);
    if (link?.kind !== 'reference') return undefined;
    const home = link.value >= unit.header.offset && link.value < unit.header.end ? unit : this.#unitWith(link.value);
    const target = home?.entryAt(link.value);
    return home && target && this.#functionName(home, target, depth + 1);
  }

  #unitWith(offset: number): Unit | undefined {
    this.#walked ??= this.#walkUnits();
    const found = this.#walked.findLast(({ unit }) => unit <= offset);
    const unit = found && this.#unit(found.unit);
    return unit !== undefined && offset < unit.header.end ? unit : undefined;
  }
}

function frame(
  name: string | undefined,
  place: { file: string | undefined; line: number; column: number },
): SourceFrame {
  const { file, line, column } = place;
  return { ...(name !== undefined && { function: name }), ...(file !== undefined && { file }), line, column };
}

/** A compressed section has more bytes than its header says. */
function infoSize(file: ElfFile): number {
  const info = file.section('.debug_info');
  if (info === undefined) return 0;
  return info.isCompressed ? file.bytes(info).length : info.size;
}

/** .debug_aranges (DWARF 5, section 6.1.2). */
function readArranges(file: ElfFile): { range: AddressRange; unit: number }[] {
  const cursor = new Cursor(file.bytes(file.section('.debug_aranges')));
  const found: { range: AddressRange; unit: number }[] = [];
  while (cursor.more) {
    const start = cursor.position;
    const length = cursor.u32();
    const end = cursor.position + length;
    const version = cursor.u16();
    const unit = cursor.u32();
    const addressSize = cursor.u8();
    cursor.skip(1);
    if (version !== 2 || addressSize !== 4 || length === 0xffff_ffff || end > cursor.length) break;
    cursor.skip((8 - ((cursor.position - start) % 8)) % 8);
    while (cursor.position + 8 <= end) {
      const low = cursor.u32();
      const size = cursor.u32();
      if (size > 0) found.push({ range: { low, high: low + size }, unit });
    }
    cursor.position = end;
  }
  return found;
}
