// Marks that belong at the start of a line but stand in its middle: a second printk time where lines ran together, `<0>` levels.
// The heads are off already: what still looks like one is embedded.

import { headLength, withoutHead } from './heads.ts';
import { type LogLine, type Stage, withText } from './log-line.ts';

export const EMBEDDED_MARK = /\[ {0,8}\d{1,8}\.\d{6}\]|<[0-7]>/;
const TIME = /\[ {0,8}\d{1,8}\.\d{6}\](?:\[ {0,5}[TC]\d{1,8}\])?/g;
const LEVEL = /<[0-7]>/g;
/** After a level mark a word starts a message of its own; digits go on with the line. */
const OWN_MESSAGE = /^ ?(?:[A-Z][A-Za-z]|general|divide|int3|invalid|stack segment|note:|kernel )/;

function cutTimes(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(TIME)) {
    const at = match.index ?? 0;
    if (at === start || headLength(text.slice(start, at)) === at - start) continue;
    parts.push(text.slice(start, at));
    start = at;
  }
  parts.push(text.slice(start));
  return parts;
}

function cutLevels(text: string): string[] {
  const from = headLength(text);
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LEVEL)) {
    const at = match.index ?? 0;
    if (at < from || at === start || !OWN_MESSAGE.test(text.slice(at + 3, at + 20))) continue;
    parts.push(text.slice(start, at));
    start = at;
  }
  parts.push(text.slice(start));
  return parts;
}

/** A level mark inside a line of words or addresses is only noise. */
function dropLevels(line: LogLine): LogLine {
  return withText(line, line.text.replace(LEVEL, ''));
}

export const cutEmbeddedMarks: Stage = (lines) =>
  lines.flatMap((line): LogLine[] => {
    if (!EMBEDDED_MARK.test(line.text)) return [line];
    const [start = '', ...others] = cutTimes(line.text).flatMap(cutLevels);
    // The marks of the other parts are their heads.
    const { first, last } = line;
    const parts = [withText(line, start), ...others.map((text) => withoutHead({ text, first, last }))];
    return parts.map(dropLevels);
  });
