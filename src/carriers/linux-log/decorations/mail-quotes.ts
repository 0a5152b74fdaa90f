// `> `, `>> `, `> > ` of replies and the indentation of pasted text.

import { type LogLine, type Stage, withText } from './log-line.ts';

const QUOTE = /^(?:[ \t]{0,8}>[ \t]?)+/;
/** ksymoops writes `>>EIP; c0123456 <symbol>`: those marks are its own. */
const KSYMOOPS = /^[ \t]{0,8}>>e[a-z]{2};/i;

/** How many characters of quotation `text` starts with. */
export function quoteLength(text: string): number {
  let length = QUOTE.exec(text.slice(0, 200))?.[0].length ?? 0;
  if (length === 0) return 0;
  // Give the last `>>` back where it belongs to the text.
  const marks = text.slice(0, length).lastIndexOf('>>');
  if (marks >= 0 && KSYMOOPS.test(text.slice(marks, marks + 12))) length = marks;
  return length;
}

/** Lines before and after that are looked at. */
const REACH = 12;

/** A code marker, an address or a stack's name (`<IRQ`) that was cut after its characters: the `>` that follows closes it. */
const OPEN_BRACKET = /<[0-9a-f]{1,2}$|\[<[0-9a-f]{8}$| <\/?[A-Z]{3,7}$/;

export function endsInBracket(text: string): boolean {
  return OPEN_BRACKET.test(text.slice(-12));
}

/** `>text` next to `> more`: then the blank belongs to the text and not to the mark. */
function isTight(lines: readonly LogLine[], lengths: readonly number[], index: number): boolean {
  for (let i = Math.max(0, index - REACH); i <= Math.min(lines.length - 1, index + REACH); i++) {
    const length = lengths[i] ?? 0;
    const text = lines[i]?.text ?? '';
    if (length > 0 && text[length - 1] === '>' && text.length > length) return true;
  }
  return false;
}

/** The length of as many marks of `text` as are in `quote`, and of a blank after them. */
function sameMarks(text: string, quote: string): number {
  let length = 0;
  for (const mark of quote) if (mark === '>') length = text.indexOf('>', length) + 1;
  return length > 0 && text[length] === ' ' ? length + 1 : length;
}

export const stripQuotes: Stage = (lines) => {
  const lengths: number[] = [];
  for (const [index, { text }] of lines.entries()) {
    const before = index === 0 ? undefined : lines[index - 1];
    const length = quoteLength(text);
    // `[<c1072ac6` before `>] foo+0x6/0x10`: the mark closes a bracket that was cut.
    const isCut = before !== undefined && length > 0 && endsInBracket(before.text);
    lengths.push(isCut ? Math.min(length, sameMarks(text, before.text.slice(0, lengths[index - 1]))) : length);
  }
  return lines.map((line, index): LogLine => {
    const length = lengths[index] ?? 0;
    if (length === 0) return line;
    const keepsBlank = line.text[length - 1] !== '>' && isTight(lines, lengths, index);
    return withText(line, line.text.slice(keepsBlank ? length - 1 : length));
  });
};
