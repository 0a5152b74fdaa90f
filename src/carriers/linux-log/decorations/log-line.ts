// One line of the log on its way through the normalisation stages: its text so far and the original lines that it stands for.

import type { LineEvidence } from '../../../snapshot/evidence.ts';

/** Line numbers count from 1 in the file as the user sees it; `last` is included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** The lines as the evidence of what they say. */
export function evidenceOf({ first, last }: LineRange): LineEvidence {
  return { kind: 'lines', first, last };
}

export interface LogLine extends LineRange {
  readonly text: string;
  /** What a stage took off the front (`Jun  7 12:49:05 host kernel: [   4.000000] `); absent where there was nothing. */
  readonly head?: string;
}

/** A stage of the normalisation: lines in, lines out, line numbers kept. It never changes what the lines say. */
export type Stage = (lines: readonly LogLine[]) => readonly LogLine[];

/** The line with another text. */
export function withText({ head, first, last }: LogLine, text: string): LogLine {
  return head === undefined ? { text, first, last } : { text, head, first, last };
}

/** The first `length` characters of the text are the end of the head. */
export function cutHead({ text, head = '', first, last }: LogLine, length: number): LogLine {
  return { text: text.slice(length), head: head + text.slice(0, length), first, last };
}

/** A stage that looks at one line at a time; returning the same text keeps the line as it is. */
export function lineStage(change: (text: string) => string): Stage {
  return (lines) =>
    lines.map((line) => {
      const text = change(line.text);
      return text === line.text ? line : withText(line, text);
    });
}

/** Two lines as one, with the numbers of both. */
export function joinLines(a: LogLine, b: LogLine, glue: string): LogLine {
  return { ...a, text: a.text + glue + b.text, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}

/** The parts of one line as lines of their own, all with its numbers. */
export function cutLine(line: LogLine, parts: readonly string[]): LogLine[] {
  return parts.map((text) => withText(line, text));
}

/** The lines of a text, counted from `first`; the line ends stay out. */
export function linesOf(text: string, first = 1): LogLine[] {
  const parts = text.split('\n');
  if (parts.at(-1) === '') parts.pop();
  return parts.map((line, index) => ({ text: line, first: first + index, last: first + index }));
}
