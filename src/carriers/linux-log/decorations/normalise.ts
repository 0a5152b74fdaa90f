// The stages that take a log's decorations off, in the order in which they are applied: outermost first.

import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { BANNERS, dropBlankLines } from './blank-lines.ts';
import { CAPTION, cutCaptions } from './captions.ts';
import { joinContinuations } from './continuations.ts';
import { cutEmbeddedMarks, EMBEDDED_MARK } from './embedded-marks.ts';
import { stripHeads } from './heads.ts';
import { stripIndentation } from './indentation.ts';
import { cleanControls } from './line-ends.ts';
import { evidenceOf, type LineRange, type LogLine, type Stage } from './log-line.ts';
import { stripQuotes } from './mail-quotes.ts';
import { cutLineBreaks, MARK, stripMarkup } from './markup.ts';
import { NAMED_LINE, NUMBERED_LINE, stripFileNames, stripLineNumbers } from './numbered-lines.ts';
import { dropOtherDaemons, KERNEL_OF_A_HOST } from './other-daemons.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';
import { BARE_STAMP, STAMPED_LINE, stripBareStamps, stripHosts } from './stamps.ts';

export interface NamedStage {
  readonly name: string;
  readonly stage: Stage;
  /** Found in all texts, line by line, that the stage changes anything of: one look at a region tells that most stages may be left out. */
  readonly touches?: RegExp;
}

const BLANK_LINE = new RegExp(`^\\s*$|${BANNERS.join('|')}`, 'm');

export const STAGES: readonly NamedStage[] = [
  { name: 'control characters', stage: cleanControls, touches: /[^\n -~]/ },
  { name: 'quoted-printable', stage: decodeQuotedPrintable, touches: /=/ },
  { name: 'line breaks of HTML', stage: cutLineBreaks, touches: /<[bB/]/ },
  { name: 'markup', stage: stripMarkup, touches: MARK },
  { name: 'blank lines', stage: dropBlankLines, touches: BLANK_LINE },
  { name: 'mail quotes', stage: stripQuotes, touches: /^[ \t]{0,8}>/m },
  { name: 'blank lines of quotations', stage: dropBlankLines, touches: BLANK_LINE },
  { name: 'line numbers', stage: stripLineNumbers, touches: NUMBERED_LINE },
  { name: 'indentation', stage: stripIndentation, touches: /^\s/m },
  { name: 'file names', stage: stripFileNames, touches: NAMED_LINE },
  { name: 'line numbers behind names', stage: stripLineNumbers, touches: NUMBERED_LINE },
  { name: 'other daemons', stage: dropOtherDaemons, touches: KERNEL_OF_A_HOST },
  { name: 'hosts', stage: stripHosts, touches: STAMPED_LINE },
  { name: 'times alone', stage: stripBareStamps, touches: BARE_STAMP },
  { name: 'heads', stage: stripHeads },
  { name: 'embedded marks', stage: cutEmbeddedMarks, touches: EMBEDDED_MARK },
  { name: 'continuations', stage: joinContinuations },
  { name: 'captions', stage: cutCaptions, touches: CAPTION },
];

/** No log has a region that comes apart into more lines; each costs memory and time, however short it is. */
export const MOST_LINES = 32_768;

/** `note` is told where a bound was met. */
export function normalise(lines: readonly LogLine[], note?: (diagnostic: Diagnostic) => void): readonly LogLine[] {
  let joined = { lines, text: textOf(lines) };
  return STAGES.reduce((present, { stage, touches }) => {
    if (touches === undefined) return bounded(stage(present), note);
    if (joined.lines !== present) joined = { lines: present, text: textOf(present) };
    return touches.test(joined.text) ? bounded(stage(present), note) : present;
  }, lines);
}

function bounded(lines: readonly LogLine[], note?: (diagnostic: Diagnostic) => void): readonly LogLine[] {
  const next = lines[MOST_LINES];
  if (next === undefined) return lines;
  const range = { first: next.first, last: lines.at(-1)?.last ?? next.last };
  const message = `${describe(range)} hold${range.first === range.last ? 's' : ''} more lines than are read together (${MOST_LINES}): the rest is left out`;
  note?.({ code: 'truncated', evidence: evidenceOf(range), message });
  return lines.slice(0, MOST_LINES);
}

function describe({ first, last }: LineRange): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function textOf(lines: readonly LogLine[]): string {
  return lines.map(({ text }) => text).join('\n');
}
