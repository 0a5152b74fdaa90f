// The stages that take a log's decorations off, in the order in which they are applied: outermost first.

import { dropBlankLines } from './decorations/blank-lines.ts';
import { cutCaptions } from './decorations/captions.ts';
import { joinContinuations } from './decorations/continuations.ts';
import { cutEmbeddedMarks } from './decorations/embedded-marks.ts';
import { stripHeads, stripHosts } from './decorations/heads.ts';
import { stripIndentation } from './decorations/indentation.ts';
import { cleanControls } from './decorations/line-ends.ts';
import { stripQuotes } from './decorations/mail-quotes.ts';
import { cutLineBreaks, stripMarkup } from './decorations/markup.ts';
import { decodeQuotedPrintable } from './decorations/quoted-printable.ts';
import type { LogLine, Stage } from './log-line.ts';

export interface NamedStage {
  readonly name: string;
  readonly stage: Stage;
}

export const STAGES: readonly NamedStage[] = [
  { name: 'control characters', stage: cleanControls },
  { name: 'quoted-printable', stage: decodeQuotedPrintable },
  { name: 'line breaks of HTML', stage: cutLineBreaks },
  { name: 'markup', stage: stripMarkup },
  { name: 'blank lines', stage: dropBlankLines },
  { name: 'mail quotes', stage: stripQuotes },
  { name: 'blank lines of quotations', stage: dropBlankLines },
  { name: 'indentation', stage: stripIndentation },
  { name: 'hosts', stage: stripHosts },
  { name: 'heads', stage: stripHeads },
  { name: 'embedded marks', stage: cutEmbeddedMarks },
  { name: 'continuations', stage: joinContinuations },
  { name: 'captions', stage: cutCaptions },
];

export function normalise(lines: readonly LogLine[]): readonly LogLine[] {
  return STAGES.reduce((present, { stage }) => stage(present), lines);
}
