// The addresses that an entry covers: low and high, .debug_ranges (DWARF 4, 2.17.3) or .debug_rnglists (DWARF 5, 7.25).

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from '../elf/elf.ts';
import type { Entry, Unit } from './unit.ts';

const LOW = 0x11;
const HIGH = 0x12;
const RANGES = 0x55;
const RANGE_LISTS_BASE = 0x74;
const MOST_RANGES = 100_000;
const PIECE = 0x4_0000;

/** From `low` up to, but without, `high`. */
export interface AddressRange {
  readonly low: number;
  readonly high: number;
}

export function rangesOf(file: ElfFile, unit: Unit, entry: Entry): readonly AddressRange[] {
  const low = unit.address(entry.attributes.get(LOW));
  const ranges = entry.attributes.get(RANGES);
  if (ranges !== undefined) {
    const base = unit.address(unit.root?.attributes.get(LOW)) ?? 0;
    if (unit.header.version >= 5) return readRangeList(file, unit, listOffset(file, unit, ranges), base);
    return 'value' in ranges ? readRanges(file, ranges.value, base) : [];
  }
  const high = entry.attributes.get(HIGH);
  if (low === undefined || high === undefined) return [];
  const end = high.kind === 'constant' ? low + high.value : unit.address(high);
  return end === undefined || end <= low ? [] : [{ low, high: end }];
}

export function covers(ranges: readonly AddressRange[], address: number): boolean {
  return ranges.some(({ low, high }) => address >= low && address < high);
}

function listOffset(file: ElfFile, unit: Unit, value: { kind: string; value?: number }): number {
  if (value.kind !== 'list-index') return value.value ?? -1;
  const base = unit.root?.attributes.get(RANGE_LISTS_BASE);
  const start = base?.kind === 'section-offset' ? base.value : unit.header.offsetSize === 8 ? 20 : 12;
  const size = unit.header.offsetSize;
  const cursor = new Cursor(file.part(file.section('.debug_rnglists'), start + (value.value ?? 0) * size, size));
  const offset = size === 8 ? cursor.u64() : cursor.u32();
  return cursor.ended ? -1 : start + offset;
}

function readRanges(file: ElfFile, offset: number, unitBase: number): AddressRange[] {
  const cursor = new Cursor(file.part(file.section('.debug_ranges'), offset, PIECE));
  const found: AddressRange[] = [];
  let base = unitBase;
  for (let budget = MOST_RANGES; budget > 0 && !cursor.ended; budget -= 1) {
    const low = cursor.u32();
    const high = cursor.u32();
    if (cursor.ended || (low === 0 && high === 0)) break;
    if (low === 0xffff_ffff) base = high;
    else if (high > low) found.push({ low: base + low, high: base + high });
  }
  return found;
}

function readRangeList(file: ElfFile, unit: Unit, offset: number, unitBase: number): AddressRange[] {
  const cursor = new Cursor(file.part(file.section('.debug_rnglists'), offset, PIECE));
  const address = () => (unit.header.addressSize === 8 ? cursor.u64() : cursor.u32());
  const indexed = () => unit.indexedAddress(cursor.uleb()) ?? 0;
  const found: AddressRange[] = [];
  const add = (low: number, high: number) => {
    if (high > low && !cursor.ended) found.push({ low, high });
  };
  let base = unitBase;
  for (let budget = MOST_RANGES; budget > 0 && !cursor.ended; budget -= 1) {
    const kind = cursor.u8();
    if (kind === 0 || kind > 7) break;
    if (kind === 1) base = indexed();
    else if (kind === 2) add(indexed(), indexed());
    else if (kind === 3) {
      const low = indexed();
      add(low, low + cursor.uleb());
    } else if (kind === 4) add(base + cursor.uleb(), base + cursor.uleb());
    else if (kind === 5) base = address();
    else if (kind === 6) add(address(), address());
    else {
      const low = address();
      add(low, low + cursor.uleb());
    }
  }
  return found;
}
