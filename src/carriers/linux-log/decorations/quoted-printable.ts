// Mail archives keep raw quoted-printable text: `=3D` for `=`, `=20`, and lines broken with a `=` at the end.

import { joinLines, type LogLine, type Stage, withText } from './log-line.ts';
import { endsInBracket, quoteLength } from './mail-quotes.ts';

/** The break itself may follow a blank; a row of `=` is a separator of the kernel, not a break. */
const SOFT_BREAK = /(?:^|[^=])=$/;
const ENCODED = /=[0-9A-F]{2}/;
/** In quoted-printable text every `=` is followed by two upper-case digits or ends the line. */
const BARE_EQUALS = /=(?![0-9A-F]{2}|$)/;
/** `*pde =` or `Tainted: [W]=` at the end of a line is the kernel's own, unless the `=` follows encoded in the next. */
const OWN_EQUALS = /\*p(?:de|te|dpt) =$|Tainted: \[[A-Z]\]=$/;
const LONGEST_ENCODED_LINE = 80;

/** Enough lines show the encoding and none of its surroundings contradicts it. */
function isEncoded(lines: readonly LogLine[], index: number): boolean {
  const from = Math.max(0, index - 40);
  const until = Math.min(lines.length, index + 40);
  for (let i = from; i < until; i++) {
    const text = lines[i]?.text ?? '';
    if (BARE_EQUALS.test(text) && !/={6,}|=-|-=/.test(text)) return false;
  }
  return true;
}

function decodeBytes(text: string): string {
  if (!ENCODED.test(text)) return text;
  return text.replace(/(?:=[0-9A-F]{2})+/g, (run) => {
    const bytes = run
      .slice(1)
      .split('=')
      .map((pair) => Number.parseInt(pair, 16));
    // A no-break space is a blank here; other characters beyond ASCII never carry a fact.
    return String.fromCharCode(...bytes)
      .replace(/\u00c2\u00a0/g, ' ')
      .replace(/\u00a0/g, ' ');
  });
}

/** The rest of a softly broken line, without the quote marks that it repeats; a mark that closes a bracket is none. */
function continuation(text: string, of: string): string {
  const quote = quoteLength(of);
  if (quote === 0 || endsInBracket(of.replace(/=$/, ''))) return text;
  return text.slice(0, quote) === of.slice(0, quote) ? text.slice(quote) : text;
}

export const decodeQuotedPrintable: Stage = (lines) => {
  const out: LogLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] as LogLine;
    const isPlain = !line.text.includes('=');
    if (isPlain || (OWN_EQUALS.test(line.text) && !lines[i + 1]?.text.startsWith('='))) {
      out.push(line);
      continue;
    }
    const shows = ENCODED.test(line.text) || (SOFT_BREAK.test(line.text) && line.text.length <= LONGEST_ENCODED_LINE);
    if (shows && isEncoded(lines, i)) {
      while (SOFT_BREAK.test(line.text) && i + 1 < lines.length) {
        const next = lines[++i] as LogLine;
        line = joinLines(
          withText(line, line.text.slice(0, -1)),
          { ...next, text: continuation(next.text, line.text) },
          '',
        );
      }
      line = withText(line, decodeBytes(line.text.replace(/ +$/, '')));
    }
    out.push(line);
  }
  return out;
};
