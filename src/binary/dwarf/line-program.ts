// Runs a line number program (DWARF 5, section 6.2.5) and keeps the rows as sequences, each of rising addresses.

import type { BinaryDiagnostic } from '../bytes/byte-source.ts';
import type { LineHeader } from './line-header.ts';

const MOST_ROWS = 4_000_000;

export interface LineRow {
  readonly address: number;
  /** Number of the file in `LineHeader.files`. */
  readonly file: number;
  /** 0 where the compiler knows no line. */
  readonly line: number;
  readonly column: number;
}

export interface LineSequence {
  readonly rows: readonly LineRow[];
  /** First address after the sequence. */
  readonly end: number;
}

export function runLineProgram(header: LineHeader, diagnostics: BinaryDiagnostic[]): readonly LineSequence[] {
  const { program, lineBase, lineRange, opcodeBase, minimumLength, operandCounts } = header;
  const sequences: LineSequence[] = [];
  let rows: LineRow[] = [];
  let [address, file, line, column] = [0, 1, 1, 0];
  const emit = () => rows.push({ address, file, line, column });
  const restart = () => {
    rows = [];
    [address, file, line, column] = [0, 1, 1, 0];
  };
  for (let budget = MOST_ROWS; program.more; budget -= 1) {
    if (budget === 0) {
      diagnostics.push({ code: 'dwarf/budget-spent', section: '.debug_line' });
      break;
    }
    const opcode = program.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += Math.floor(adjusted / lineRange) * minimumLength;
      line += lineBase + (adjusted % lineRange);
      emit();
    } else if (opcode === 0) {
      const next = program.uleb() + program.position;
      const extended = program.u8();
      if (extended === 1) {
        if (rows.length > 0 && !program.ended) sequences.push({ rows, end: address });
        restart();
      } else if (extended === 2) address = program.u32();
      if (next > program.length) break;
      program.position = Math.max(next, program.position);
    } else if (opcode === 1) emit();
    else if (opcode === 2) address += program.uleb() * minimumLength;
    else if (opcode === 3) line += program.sleb();
    else if (opcode === 4) file = program.uleb();
    else if (opcode === 5) column = program.uleb();
    else if (opcode === 8) address += Math.floor((255 - opcodeBase) / lineRange) * minimumLength;
    else if (opcode === 9) address += program.u16();
    else for (let left = operandCounts[opcode - 1] ?? 0; left > 0; left -= 1) program.uleb();
  }
  if (rows.length > 0) diagnostics.push({ code: 'dwarf/lines-damaged', section: '.debug_line' });
  return sequences;
}

/** The last row at or before the address, in the sequence that covers it. */
export function rowAt(sequences: readonly LineSequence[], address: number): LineRow | undefined {
  const sequence = sequences.find(({ rows, end }) => address >= (rows[0]?.address ?? end) && address < end);
  if (sequence === undefined) return undefined;
  let [low, high] = [0, sequence.rows.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sequence.rows[middle]?.address ?? 0) <= address) low = middle;
    else high = middle;
  }
  return sequence.rows[low];
}
