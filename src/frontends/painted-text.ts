// The outlet of everything that is shown as text. Colour is marked with what no log can hold, and becomes an escape sequence here, at the
// last step, where every other control character becomes visible. A line cannot hold the end of a line.

import { visibleText } from '../machine/visible-text.ts';

/** Drawn anew by each process, so that nothing that was written before can pass for a mark of ours. */
const MARK = `\ufdd0${Math.random().toString(36).slice(2)}:`;

/** `text` in the colours of the SGR parameters `sgr`. Its length says nothing about columns: measure before. */
export function painted(sgr: string, text: string): string {
  return text === '' ? '' : `${MARK}${sgr}m${text}${MARK}0m`;
}

/** What goes out for one line: it has colours of `painted`, and otherwise nothing but visible characters. */
export function outletLine(line: string): string {
  const [head = '', ...pieces] = line.split(MARK);
  return pieces.reduce((text, piece) => {
    const end = piece.indexOf('m') + 1;
    return `${text}\u001b[${piece.slice(0, end)}${visibleText(piece.slice(end))}`;
  }, visibleText(head));
}

/** Whole lines as they are written. */
export function outletText(lines: readonly string[]): string {
  return lines.map((line) => `${outletLine(line)}\n`).join('');
}
