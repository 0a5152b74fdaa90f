// Memory as it is known before an instruction: rows of sixteen bytes, each byte known, absent or refused.

import type { ExaminedReport } from '../examination/examined-report.ts';
import { hex32, type U32, wrapU32 } from '../machine/u32.ts';
import type { Provenance } from '../reconstruction/lead-up.ts';
import { Breakpoints } from '../session/breakpoints.ts';
import { Timeline } from '../session/timeline.ts';
import { stackWordsOf } from '../snapshot/memory.ts';

const ROW = 16;
/** Code and stack of a report are some twenty rows. */
const MOST_ROWS = 200;
const LONGEST_CODE = 256;

/** `absent`: nothing says what the byte is; `refused`: the log says that touching its page faults. */
export type ShownByte =
  | { readonly kind: Exclude<Provenance, 'unknown'>; readonly value: number }
  | { readonly kind: 'absent' | 'refused' };

export interface MemoryRow {
  readonly address: string;
  readonly bytes: readonly ShownByte[];
  readonly part: 'fault' | 'code' | 'stack' | 'other';
  /** True where rows are left out before it. */
  readonly isApart: boolean;
}

/** The rows with a known byte at a position, and the one that the fault touched; undefined where there is no such position. */
export function memoryRows({ replay, leadUp, snapshot }: ExaminedReport, at: number): readonly MemoryRow[] | undefined {
  const { machine, fault, codeBase } = replay;
  if (machine === undefined) return undefined;
  const parts = { replay, machine, ...(leadUp && { leadUp }), printedSegments: new Set<never>() };
  const timeline = new Timeline(parts, new Breakpoints());
  const here = timeline.positions[at];
  if (here === undefined) return undefined;
  const code = { start: machine.codeStart, size: machine.memory.knownLength(machine.codeStart, LONGEST_CODE) };
  const { start: stackStart, words = [] } = stackWordsOf(snapshot) ?? {};
  const touched = fault?.kind === 'page-fault' ? fault.linearAddress : undefined;
  const rows = new Set<U32>();
  // Code whose address is our own is shown as code alone.
  for (const address of timeline.knownAddresses())
    if (here.byte(address) !== undefined && !(codeBase === 'synthetic' && isIn(address, code)))
      rows.add(rowOf(address));
  if (touched !== undefined) rows.add(rowOf(touched));
  const partOf = (start: U32): MemoryRow['part'] => {
    const overlaps = (range: Range) => isIn(start, { start: range.start - ROW + 1, size: range.size + ROW - 1 });
    if (touched !== undefined && rowOf(touched) === start) return 'fault';
    if (overlaps(code)) return 'code';
    return stackStart !== undefined && overlaps({ start: stackStart, size: 4 * words.length }) ? 'stack' : 'other';
  };
  return [...rows]
    .sort((a, b) => a - b)
    .slice(0, MOST_ROWS)
    .map((start, i, sorted) => ({
      address: hex32(start),
      bytes: Array.from({ length: ROW }, (_, offset) => byteAt(here, wrapU32(start + offset))),
      part: partOf(start),
      isApart: i > 0 && sorted[i - 1] !== start - ROW,
    }));
}

interface Range {
  readonly start: number;
  readonly size: number;
}

function isIn(address: number, { start, size }: Range): boolean {
  return address >= start && address < start + size;
}

function rowOf(address: U32): U32 {
  return wrapU32(address - (address % ROW));
}

function byteAt(here: Timeline['positions'][number], address: U32): ShownByte {
  const known = here.byte(address);
  if (known !== undefined) return { kind: known.provenance, value: known.value };
  return { kind: here.pageState(address).kind === 'open' ? 'absent' : 'refused' };
}
