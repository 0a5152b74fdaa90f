// Cuts a stream of text into numbered lines, and skips quickly over text in which no report can begin.

import type { Diagnostic } from './diagnostic.ts';
import type { LogLine } from './log-line.ts';

export interface Skimmer {
  push(text: string): void;
  /** The next whole line; at the end of the text also an unended one. */
  nextLine(isLast: boolean): LogLine | undefined;
  /**
   * Skips to a few lines before the next line that shows a report; false where the text so far holds no such line.
   */
  skim(isLast: boolean): boolean;
  takeDiagnostics(): readonly Diagnostic[];
}

/**
 * One of these is near the start of every report. Long strings are cheap to search for, short ones must begin with a letter
 * that is rare in logs.
 */
const SIGNS: readonly string[] = [
  'EIP',
  'EAX: ',
  'Oops',
  'BUG: ',
  'RIP: ',
  'PC is at',
  'segfault at ',
  'general protection',
  ' error:',
  'double fault',
  'divide error',
  'Kernel panic',
  'kernel BUG at',
  'WARNING: ',
  'Badness in ',
  'nable to handle ',
  'Call Trace',
  'Stack: ',
];
/** ` error:` is in many messages; only a trap line of a user program also has this. */
const TRAP_LINE = /sp:[0-9a-f]{1,16} error:/;

/** Lines before a sign that may belong to its report. */
const CONTEXT_LINES = 40;
const CONTEXT_CHARACTERS = 16_384;
/** The rest of a longer line is dropped: no report and no mail has such lines. */
const LONGEST_LINE = 262_144;

/** A slice keeps the whole piece that it was cut from in memory; a report may be kept long after that. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
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

  /** The first place at or behind `from` where a sign stands; -1 where there is none. */
  function findSign(from: number): number {
    let first = -1;
    for (let i = 0; i < SIGNS.length; i++) {
      let place = next[i] ?? -2;
      if (place !== -1 && place < from) {
        place = buffer.indexOf(SIGNS[i] as string, from);
        next[i] = place;
      }
      if (place >= 0 && (first < 0 || place < first)) first = place;
    }
    return first;
  }

  /** Start of the line that is `CONTEXT_LINES` before the one that holds `place`, but not before `at`. */
  function contextStart(place: number): number {
    const lowest = Math.max(at, place - CONTEXT_CHARACTERS);
    let start = place;
    for (let i = 0; i <= CONTEXT_LINES; i++) {
      const end = start <= lowest ? -1 : buffer.lastIndexOf('\n', start - 1);
      if (end < lowest) return i === 0 || lowest === at ? at : start;
      start = end;
    }
    return start + 1;
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
      if (length > LONGEST_LINE)
        diagnostics.push({
          code: 'truncated',
          lines: { first: number, last: number },
          message: `line ${number} has more than ${LONGEST_LINE} characters: the rest of it is left out`,
        });
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
      for (let from = at; ; ) {
        const place = findSign(from);
        if (place < 0) break;
        if (buffer.startsWith(' error:', place) && !TRAP_LINE.test(buffer.slice(Math.max(at, place - 24), place + 8))) {
          from = place + 7;
          continue;
        }
        moveTo(contextStart(place));
        return true;
      }
      // Keep what may be the context of a sign in the next piece.
      const keep = contextStart(buffer.length);
      moveTo(isLast ? buffer.length : Math.max(at, keep));
      return false;
    },

    takeDiagnostics() {
      const taken = diagnostics;
      diagnostics = [];
      return taken;
    },
  };
}
