// Cuts a stream of text into numbered lines, and skips quickly over text in which no report can begin.

import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { evidenceOf, type LogLine } from '../decorations/log-line.ts';
import { SIGNS } from '../grammar/families.ts';
import type { Sign } from '../grammar/family.ts';
import { AFTER_SIGN, BEFORE_SIGN, CONTEXT_CHARACTERS, contextStart, LONGEST_LINE } from './report-signs.ts';

/** A slice keeps the whole piece that it was cut from in memory; a report may be kept long after that. */
function ownCopy(text: string): string {
  return ` ${text}`.slice(1);
}

function cutLine(line: LogLine): Diagnostic {
  const message = `line ${line.first} has more than ${LONGEST_LINE} characters: the rest of it is left out`;
  return { code: 'truncated', evidence: evidenceOf(line), message };
}

export class LineSkimmer {
  #buffer = '';
  #at = 0;
  /** Number of the line that starts at `#at`. */
  #number = 1;
  /** True while the rest of an overlong line is being dropped. */
  #isDropping = false;
  #diagnostics: Diagnostic[] = [];
  /** Where each sign occurs next in `#buffer`; -1: not at all. */
  #next: number[] = [];

  push(text: string): void {
    this.#buffer = this.#at === this.#buffer.length ? text : this.#buffer.slice(this.#at) + text;
    this.#at = 0;
    this.#next = [];
    if (this.#isDropping) this.#dropTail();
  }

  /** The next whole line; at the end of the text also one without an end. */
  nextLine(isLast: boolean): LogLine | undefined {
    if (this.#isDropping) return undefined;
    const buffer = this.#buffer;
    const at = this.#at;
    const end = buffer.indexOf('\n', at);
    if (end < 0 && buffer.length - at <= LONGEST_LINE && !(isLast && at < buffer.length)) return undefined;
    const length = (end < 0 ? buffer.length : end) - at;
    const text = ownCopy(buffer.slice(at, at + Math.min(length, LONGEST_LINE)));
    const line: LogLine = { text, first: this.#number, last: this.#number };
    if (length > LONGEST_LINE) this.#diagnostics.push(cutLine(line));
    if (end < 0) {
      this.#at = buffer.length;
      this.#isDropping = !isLast;
    } else {
      this.#at = end + 1;
      this.#number++;
    }
    return line;
  }

  /** Skips to a few lines before the next line that shows a report; false where the text so far holds no such line. */
  skim(isLast: boolean): boolean {
    const lineStart = (place: number) => this.#lineStart(place);
    const place = this.#findSign(this.#at);
    if (place >= 0) {
      this.#moveTo(contextStart(place, this.#at, lineStart));
      return true;
    }
    // What may be the context of a sign in the next piece is kept. Of a line that is too long already its first part is not missed.
    const end = this.#buffer.length;
    const isTooLong = end - lineStart(end) > LONGEST_LINE;
    const keep = isTooLong ? end - CONTEXT_CHARACTERS : contextStart(end, this.#at, lineStart);
    this.#moveTo(isLast ? end : keep);
    return false;
  }

  /** True where no line has begun of which the end is missing. */
  isAtLineEnd(): boolean {
    return this.#at === this.#buffer.length && !this.#isDropping;
  }

  /** Forgets the text so far, and `lines` lines after it that are left out. */
  skip(lines: number): void {
    this.#number += this.#countLines(this.#at, this.#buffer.length) + lines;
    this.#buffer = '';
    this.#at = 0;
    this.#next = [];
    this.#isDropping = false;
  }

  takeDiagnostics(): readonly Diagnostic[] {
    const taken = this.#diagnostics;
    this.#diagnostics = [];
    return taken;
  }

  #dropTail(): void {
    const end = this.#buffer.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#buffer.length : end + 1;
    if (end >= 0) {
      this.#isDropping = false;
      this.#number++;
    }
  }

  #countLines(from: number, until: number): number {
    const buffer = this.#buffer;
    let count = 0;
    for (let end = buffer.indexOf('\n', from); end >= 0 && end < until; end = buffer.indexOf('\n', end + 1)) count++;
    return count;
  }

  /** Where a sign stands next from `from` on, confirmed; -1 where it does not. */
  #locate({ text, confirm }: Sign, from: number): number {
    const buffer = this.#buffer;
    for (let place = buffer.indexOf(text, from); place >= 0; place = buffer.indexOf(text, place + 1)) {
      if (!confirm) return place;
      // What confirms it may be in the next piece of the text: better to look too closely than to miss it.
      if (place + AFTER_SIGN > buffer.length) return place;
      if (confirm.test(buffer.slice(Math.max(from, place - BEFORE_SIGN), place + AFTER_SIGN))) return place;
    }
    return -1;
  }

  /** The first place from `from` on where a sign stands; -1 where there is none. */
  #findSign(from: number): number {
    let first = -1;
    for (const [index, sign] of SIGNS.entries()) {
      let place = this.#next[index] ?? -2;
      if (place !== -1 && place < from) {
        place = this.#locate(sign, from);
        this.#next[index] = place;
      }
      if (place >= 0 && (first < 0 || place < first)) first = place;
    }
    return first;
  }

  /** Start of the line that holds `place`, but not before `#at`. */
  #lineStart(place: number): number {
    return place <= this.#at ? this.#at : Math.max(this.#at, this.#buffer.lastIndexOf('\n', place - 1) + 1);
  }

  #moveTo(place: number): void {
    this.#number += this.#countLines(this.#at, place);
    this.#at = place;
  }
}
