// Prose in 80 columns.

import { withBlanks } from '../wording/unbroken.ts';

export const WIDTH = 80;

/** Breaks `text` at blanks into lines of at most 80 columns, each after `indent` blanks; a longer word stays whole. */
export function wrapText(text: string, indent: number, hanging = indent): readonly string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(hanging);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].map(withBlanks);
}
