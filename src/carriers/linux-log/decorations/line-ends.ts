// Carriage returns and the other control characters that serial consoles and pagers leave in a log.

import { lineStage } from './log-line.ts';

/** One look tells most lines from those that have anything of this. */
const UNUSUAL = /[^ -~]/;
/** Colour sequences of terminals: `ESC [ 1 ; 31 m`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is to be found
const ESCAPES = /\u001b\[[\d;]{0,20}[A-Za-z]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is to be found
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

export const cleanControls = lineStage((text) => {
  if (!UNUSUAL.test(text)) return text;
  return text
    .replace(ESCAPES, '')
    .replace(/\r+$/, '')
    .replace(/\u00a0|\ufffd|\u00ef\u00bf\u00bd/g, ' ')
    .replace(/\t/g, ' ')
    .replace(CONTROLS, '')
    .replace(/\ufeff/g, '');
});
