// The stages that take a log's decorations off, in the order in which they are applied: outermost first.

import { BANNERS, dropBlankLines } from './blank-lines.ts';
import { CAPTION, cutCaptions } from './captions.ts';
import { joinContinuations } from './continuations.ts';
import { cutEmbeddedMarks, EMBEDDED_MARK } from './embedded-marks.ts';
import { stripHeads } from './heads.ts';
import { stripIndentation } from './indentation.ts';
import { cleanControls } from './line-ends.ts';
import type { LogLine, Stage } from './log-line.ts';
import { stripQuotes } from './mail-quotes.ts';
import { cutLineBreaks, MARK, stripMarkup } from './markup.ts';
import { NAMED_LINE, NUMBERED_LINE, stripFileNames, stripLineNumbers } from './numbered-lines.ts';
import { dropOtherDaemons, KERNEL_OF_A_HOST } from './other-daemons.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';
import { BARE_STAMP, STAMPED_LINE, stripBareStamps, stripHosts } from './stamps.ts';

export interface NamedStage {
  readonly name: string;
  readonly stage: Stage;
  /** Found in all texts, line by line, that the stage changes anything of: one look at a stretch tells that most stages may be left out. */
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

export function normalise(lines: readonly LogLine[]): readonly LogLine[] {
  let joined = { lines, text: textOf(lines) };
  return STAGES.reduce((present, { stage, touches }) => {
    if (touches === undefined) return stage(present);
    if (joined.lines !== present) joined = { lines: present, text: textOf(present) };
    return touches.test(joined.text) ? stage(present) : present;
  }, lines);
}

function textOf(lines: readonly LogLine[]): string {
  return lines.map(({ text }) => text).join('\n');
}
