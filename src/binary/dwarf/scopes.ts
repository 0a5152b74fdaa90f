// The functions of a unit, and the chain of inlined ones that covers an address (DWARF 5, sections 3.3.1 and 3.3.8).

import type { ElfFile } from '../elf/elf.ts';
import { type AddressRange, covers, rangesOf } from './ranges.ts';
import type { Entry, Unit } from './unit.ts';

const SUBPROGRAM = 0x2e;
const INLINED = 0x1d;
const SIBLING = 0x01;
const MOST_ENTRIES = 3_000_000;

export type FunctionIndex = readonly { readonly ranges: readonly AddressRange[]; readonly entry: Entry }[];

/** Every function of the unit that has code. What lies in a function is not looked at. */
export function indexFunctions(file: ElfFile, unit: Unit): FunctionIndex {
  const found: { ranges: readonly AddressRange[]; entry: Entry }[] = [];
  walk(file, unit, unit.root?.next ?? unit.header.end, (entry) => {
    if (entry.tag !== SUBPROGRAM) return 'enter';
    const ranges = rangesOf(file, unit, entry);
    if (ranges.length > 0) found.push({ ranges, entry });
    return 'skip';
  });
  return found;
}

/** The function and the inlined ones that cover the address, outermost first. */
export function scopesAt(file: ElfFile, unit: Unit, functions: FunctionIndex, address: number): readonly Entry[] {
  const outer = functions.find(({ ranges }) => covers(ranges, address))?.entry;
  if (outer === undefined) return [];
  const scopes = [outer];
  let inner: Entry | undefined = outer;
  while (inner?.hasChildren) {
    const start: number = inner.next;
    inner = undefined;
    walk(file, unit, start, (entry) => {
      if (entry.tag !== INLINED) return 'enter';
      if (!covers(rangesOf(file, unit, entry), address)) return 'skip';
      inner = entry;
      return 'stop';
    });
    if (inner !== undefined) scopes.push(inner);
  }
  return scopes;
}

/** Visits the siblings from `start` on, and their children where the visitor enters them, up to the end of the siblings. */
function walk(file: ElfFile, unit: Unit, start: number, visit: (entry: Entry) => 'enter' | 'skip' | 'stop'): void {
  let offset = start;
  let depth = 0;
  /** Depth of the entry whose children are passed over without a sibling to go on at. */
  let skippedFrom: number | undefined;
  for (let budget = MOST_ENTRIES; offset < unit.header.end; budget -= 1) {
    if (unit.isNull(offset)) {
      if (depth === 0) return;
      depth -= 1;
      if (skippedFrom !== undefined && depth <= skippedFrom) skippedFrom = undefined;
      offset += 1;
      continue;
    }
    const entry = budget > 0 ? unit.entryAt(offset) : undefined;
    if (entry === undefined) {
      const code = budget > 0 ? 'dwarf/unit-damaged' : 'dwarf/budget-spent';
      file.diagnostics.push({ code, section: '.debug_info', offset });
      return;
    }
    const wish = skippedFrom === undefined ? visit(entry) : 'enter';
    if (wish === 'stop') return;
    const sibling = entry.attributes.get(SIBLING);
    if (wish === 'skip' && sibling?.kind === 'reference' && sibling.value > offset) {
      offset = sibling.value;
      continue;
    }
    if (entry.hasChildren) {
      if (wish === 'skip') skippedFrom = depth;
      depth += 1;
    }
    offset = entry.next;
  }
}
