// Carriage returns and the other control characters that serial consoles and pagers leave in a log.

import { cutLine, type LogLine, type Stage, withText } from './log-line.ts';

/** One look tells most lines from those that have anything of this. */
const UNUSUAL = /[^ -~]/;
/** Colour sequences of terminals: `ESC [ 1 ; 31 m`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is to be found
const ESCAPES = /\u001b\[[\d;]{0,20}[A-Za-z]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is to be found
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * A carriage return inside a line, in a log whose lines end in line feeds: a progress bar's, or the end of a line of another program. What is
 * after it began at the left margin in any case.
 */
function cutReturns(line: LogLine): LogLine[] {
  if (!line.text.includes('\r')) return [line];
  const parts = line.text.split('\r').filter((part) => part !== '');
  return cutLine(line, parts.length > 0 ? parts : ['']);
}

export const cleanControls: Stage = (lines) =>
  lines.flatMap(cutReturns).map((line) => {
    const text = cleaned(line.text);
    return text === line.text ? line : withText(line, text);
  });

function cleaned(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text
    .replace(ESCAPES, '')
    .replace(/\u00a0|\ufffd|\u00ef\u00bf\u00bd/g, ' ')
    .replace(/\t/g, ' ')
    .replace(CONTROLS, '')
    .replace(/\ufeff/g, '');
}
