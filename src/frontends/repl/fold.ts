// Sentences in the width of the terminal.

import { withBlanks } from '../wording/unbroken.ts';

const HANGING = '  ';

/** Breaks `line` at blanks; what follows is indented. A longer word stays whole. */
export function fold(line: string, columns: number): readonly string[] {
  if (line.length <= columns) return [withBlanks(line)];
  const lines: string[] = [];
  const text = line.trimStart();
  const indent = line.slice(0, line.length - text.length);
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (current.trim() !== '' && longer.length > columns) {
      lines.push(current);
      current = `${indent}${HANGING}${word}`;
    } else current = longer;
  }
  return [...lines, current].map(withBlanks);
}
