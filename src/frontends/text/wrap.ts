// Prose in the columns of a line.

import { withBlanks } from '../wording/unbroken.ts';
import { USUAL_WIDTH } from './style.ts';

/** Breaks `text` at blanks into lines of at most `width` columns, each after `indent` blanks; a longer word stays whole. */
export function wrapText(text: string, indent: number, hanging = indent, width = USUAL_WIDTH): readonly string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(hanging);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].map(withBlanks);
}
