// Cuts a stream of text into numbered lines, and skips quickly over text in which no report can begin.

import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { evidenceOf, type LogLine } from '../decorations/log-line.ts';
import { SIGNS } from '../grammar/families.ts';
import type { Sign } from '../grammar/family.ts';
import { BEFORE_SIGN, BEHIND_SIGN, CONTEXT_CHARACTERS, contextStart, LONGEST_LINE } from './report-signs.ts';

export interface Skimmer {
  push(text: string): void;
  /** The next whole line; at the end of the text also an unended one. */
  nextLine(isLast: boolean): LogLine | undefined;
  /**
   * Skips to a few lines before the next line that shows a report; false where the text so far holds no such line.
   */
  skim(isLast: boolean): boolean;
  /** True where no line has begun of which the end is missing. */
  isAtLineEnd(): boolean;
  /** Forgets the text so far, and `lines` lines behind it that are left out. */
  skip(lines: number): void;
  takeDiagnostics(): readonly Diagnostic[];
}

/** A slice keeps the whole piece that it was cut from in memory; a report may be kept long after that. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
}

function cutLine(line: LogLine): Diagnostic {
  const message = `line ${line.first} has more than ${LONGEST_LINE} characters: the rest of it is left out`;
  return { code: 'truncated', evidence: evidenceOf(line), message };
}

export function createSkimmer(): Skimmer {
  let buffer = '';
  let at = 0;
  /** Number of the line that starts at `at`. */
  let number = 1;
  /** True while the rest of an overlong line is being dropped. */
  let dropping = false;
  let diagnostics: Diagnostic[] = [];
  /** Where each sign occurs next in `buffer`; -1: not at all. */
  let next: number[] = [];

  function dropTail(): void {
    const end = buffer.indexOf('\n', at);
    at = end < 0 ? buffer.length : end + 1;
    if (end >= 0) {
      dropping = false;
      number++;
    }
  }

  function countLines(from: number, until: number): number {
    let count = 0;
    for (let end = buffer.indexOf('\n', from); end >= 0 && end < until; end = buffer.indexOf('\n', end + 1)) count++;
    return count;
  }

  /** Where a sign stands next at or behind `from`, confirmed; -1 where it does not. */
  function locate(sign: Sign, from: number): number {
    for (let place = buffer.indexOf(sign.text, from); place >= 0; place = buffer.indexOf(sign.text, place + 1)) {
      if (!sign.confirm) return place;
      // What confirms it may be in the next piece of the text: better to look too closely than to miss it.
      if (place + BEHIND_SIGN > buffer.length) return place;
      if (sign.confirm.test(buffer.slice(Math.max(from, place - BEFORE_SIGN), place + BEHIND_SIGN))) return place;
    }
    return -1;
  }

  /** The first place at or behind `from` where a sign stands; -1 where there is none. */
  function findSign(from: number): number {
    let first = -1;
    for (const [index, sign] of SIGNS.entries()) {
      let place = next[index] ?? -2;
      if (place !== -1 && place < from) {
        place = locate(sign, from);
        next[index] = place;
      }
      if (place >= 0 && (first < 0 || place < first)) first = place;
    }
    return first;
  }

  /** Start of the line that holds `place`, but not before `at`. */
  function lineStart(place: number): number {
    return place <= at ? at : Math.max(at, buffer.lastIndexOf('\n', place - 1) + 1);
  }

  function moveTo(place: number): void {
    number += countLines(at, place);
    at = place;
  }

  return {
    push(text) {
      buffer = at === buffer.length ? text : buffer.slice(at) + text;
      at = 0;
      next = [];
      if (dropping) dropTail();
    },

    nextLine(isLast) {
      if (dropping) return undefined;
      const end = buffer.indexOf('\n', at);
      if (end < 0 && buffer.length - at <= LONGEST_LINE && !(isLast && at < buffer.length)) return undefined;
      const length = (end < 0 ? buffer.length : end) - at;
      const text = ownCopy(buffer.slice(at, at + Math.min(length, LONGEST_LINE)));
      const line: LogLine = { text, first: number, last: number };
      if (length > LONGEST_LINE) diagnostics.push(cutLine(line));
      if (end < 0) {
        at = buffer.length;
        dropping = !isLast;
      } else {
        at = end + 1;
        number++;
      }
      return line;
    },

    skim(isLast) {
      const place = findSign(at);
      if (place >= 0) {
        moveTo(contextStart(place, at, lineStart));
        return true;
      }
      // What may be the context of a sign in the next piece is kept. Of a line that is too long already its first part is not missed.
      const end = buffer.length;
      const keep = end - lineStart(end) > LONGEST_LINE ? end - CONTEXT_CHARACTERS : contextStart(end, at, lineStart);
      moveTo(isLast ? end : keep);
      return false;
    },

    isAtLineEnd: () => at === buffer.length && !dropping,

    skip(lines) {
      number += countLines(at, buffer.length) + lines;
      buffer = '';
      at = 0;
      next = [];
      dropping = false;
    },

    takeDiagnostics() {
      const taken = diagnostics;
      diagnostics = [];
      return taken;
    },
  };
}
