// A report of the kernel against a module, a vmlinux or an object: by symbol, size and bytes.

import { functionsOf, matchCode } from '../binary-match/match-code.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { Snapshot, SymbolReference } from '../snapshot/snapshot.ts';
import type { BinaryFile } from './binary-file.ts';
import { type BinaryMatch, differingBytes, haveCode, placedCode, type SectionPlace } from './match.ts';

export function matchKernelCode(snapshot: Snapshot, binary: BinaryFile): BinaryMatch {
  const symbol = snapshot.symbol?.value;
  const printed = symbol && printedPlace(symbol);
  if (symbol === undefined || printed === undefined) return { match: 'uncompared', reason: 'no-symbol', places: [] };
  if (!isOfModule(symbol, binary)) return { match: 'elsewhere', reason: 'other-module' };
  const places = functionsOf(binary.file, printed).map(({ section, start }) => ({
    section,
    offset: start + printed.offset,
  }));
  if (places.length === 0) return { match: 'elsewhere', reason: 'no-function' };
  const code = placedCode(codeWindowOf(snapshot));
  if (code === undefined) return { match: 'uncompared', reason: 'no-code', places };
  if (!haveCode(places)) return { match: 'uncompared', reason: 'file-without-code', places };
  const found = matchCode(binary.file, { ...printed, bytes: code.bytes, at: code.eipOffset });
  if (found.match === 'proved')
    return { match: 'proved', place: found.place, patched: found.place.patched, compared: code.bytes.length };
  if (found.match === 'ambiguous') {
    const patched = found.places.reduce((most, place) => Math.max(most, place.patched), 0);
    return { match: 'ambiguous', places: found.places, patched };
  }
  if (found.match === 'elsewhere') return { match: 'elsewhere', reason: 'no-function' };
  // Of several functions of that name and size, the nearest says most about what differs.
  const [nearest] = [...found.places].sort((a, b) => a.unexplained.length - b.unexplained.length);
  const unexplained = nearest && differingBytes(binary.file, nearest, code, nearest.unexplained);
  return { match: 'refused', reason: 'bytes', places: found.places, unexplained: unexplained ?? [] };
}

/** The places of the call that returns to `symbol`: several where the file has more than one function of that name and size. */
export function callsBefore(symbol: SymbolReference, binary: BinaryFile): readonly SectionPlace[] {
  const printed = printedPlace(symbol);
  if (printed === undefined || printed.offset === 0 || !isOfModule(symbol, binary)) return [];
  // A return address is after its call, which may be the last instruction of the function.
  const offset = printed.offset - 1;
  const found = functionsOf(binary.file, { ...printed, offset });
  return found.map(({ section, start }) => ({ section, offset: start + offset }));
}

function printedPlace({ name, offset, size }: SymbolReference) {
  if (name === undefined || offset === undefined || size === undefined || offset < 0) return undefined;
  return { symbol: name, offset, size };
}

/** A module that names itself has the symbols of no other, and none of the kernel. */
function isOfModule({ module }: SymbolReference, binary: BinaryFile): boolean {
  return binary.module === undefined || binary.module === module;
}
