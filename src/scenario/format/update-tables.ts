// Writes the tables of sweeps into scenario.yaml and leaves every other byte of it as it is.

import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface Table {
  /** The index among the variations. */
  readonly variation: number;
  readonly text: string;
}

/** Gives the file with these tables, or undefined if a variation is written on one line, which has no place for a table. */
export function withTables(source: string, tables: readonly Table[]): string | undefined {
  const lineCounter = new LineCounter();
  const variations = parseDocument(source, { lineCounter }).get('variations');
  if (!isSeq(variations)) return undefined;
  let result = source;
  // The tables are written from the end of the file, so that earlier offsets stay valid.
  for (const { variation, text } of [...tables].sort((a, b) => b.variation - a.variation)) {
    const map = variations.items[variation];
    if (!isMap<Node, Node>(map) || map.flow) return undefined;
    const [start, end] = rangeOfTable(map, result);
    const column = lineCounter.linePos(map.range?.[0] ?? 0).col - 1;
    const indent = ' '.repeat(column);
    const lines = text.split('\n').map((line) => `${indent}  ${line}\n`);
    const lead = start > 0 && result[start - 1] !== '\n' ? '\n' : '';
    result = `${result.slice(0, start)}${lead}${indent}table: |\n${lines.join('')}${result.slice(end)}`;
  }
  return result;
}

/** Gives the lines of the present table, or the empty range after the last key. */
function rangeOfTable(map: YAMLMap<Node, Node>, source: string): [number, number] {
  const isTable = ({ key }: Pair<Node, Node>) => isScalar(key) && key.value === 'table';
  const pair = map.items.find(isTable);
  if (pair !== undefined) {
    const start = pair.key.range?.[0] ?? 0;
    return [source.lastIndexOf('\n', start - 1) + 1, endOfLine(pair.value?.range?.[1] ?? start, source)];
  }
  const last = map.items.at(-1);
  const end = endOfLine((last?.value ?? last?.key)?.range?.[1] ?? source.length, source);
  return [end, end];
}

/** Gives the offset after the line that holds the character before `offset`. */
function endOfLine(offset: number, source: string): number {
  if (offset > 0 && source[offset - 1] === '\n') return offset;
  const end = source.indexOf('\n', offset);
  return end < 0 ? source.length : end + 1;
}
