// `> `, `>> `, `> > ` of replies and the indentation of pasted text.

import { lineStage } from '../log-line.ts';

const QUOTE = /^(?:[ \t]{0,8}>[ \t]?)+/;
/** ksymoops writes `>>EIP; c0123456 <symbol>`: those marks are its own. */
const KSYMOOPS = /^[ \t]{0,8}>>e[a-z]{2};/i;

/** How many characters of quotation `text` starts with. */
export function quoteLength(text: string): number {
  let length = QUOTE.exec(text.slice(0, 200))?.[0].length ?? 0;
  // Give the last `>>` back where it belongs to the text.
  const marks = text.slice(0, length).lastIndexOf('>>');
  if (marks >= 0 && KSYMOOPS.test(text.slice(marks, marks + 12))) length = marks;
  return length;
}

export const stripQuotes = lineStage((text) => {
  const length = quoteLength(text);
  return length === 0 ? text : text.slice(length);
});
