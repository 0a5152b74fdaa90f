// Mail archives keep raw quoted-printable text: `=3D` for `=`, `=20`, and lines broken with a `=` at the end.

import { type LogLine, type Stage, withText } from './log-line.ts';
import { endsInBracket, quoteLength } from './mail-quotes.ts';

const ENCODED = /=[0-9A-F]{2}/;
/** In quoted-printable text every `=` is followed by two upper-case digits or ends the line. */
const BARE_EQUALS = /=(?![0-9A-F]{2}|$)/;
/** `*pde =` or `Tainted: [W]=` at the end of a line is the kernel's own, unless the `=` follows encoded in the next. */
const OWN_EQUALS = /\*p(?:de|te|dpt) =$|Tainted: \[[A-Z]\]=$/;
const LONGEST_ENCODED_LINE = 80;

/** Lines before and after that are looked at. */
const REACH = 40;

/** The break itself may follow a blank; a row of `=` is a separator of the kernel, not a break. */
function endsInSoftBreak(text: string): boolean {
  return text.endsWith('=') && !text.endsWith('==');
}

/** Says of each line whether nothing around it contradicts the encoding. Every line is looked at once. */
function createSurroundings(lines: readonly LogLine[]): (index: number) => boolean {
  /** For each line, how many of those before it contradict. */
  let before: number[] | undefined;
  const count = (): number[] => {
    const counts = [0];
    for (const { text } of lines)
      counts.push((counts.at(-1) ?? 0) + (BARE_EQUALS.test(text) && !/={6}|=-|-=/.test(text) ? 1 : 0));
    return counts;
  };
  return (index) => {
    before ??= count();
    return before[Math.max(0, index - REACH)] === before[Math.min(lines.length, index + REACH)];
  };
}

function decodeBytes(text: string): string {
  if (!ENCODED.test(text)) return text;
  return text.replace(/(?:=[0-9A-F]{2})+/g, (run) => {
    const bytes = run
      .slice(1)
      .split('=')
      .map((pair) => Number.parseInt(pair, 16));
    // A no-break space is a blank here; other characters beyond ASCII never carry a fact.
    return bytes
      .map((byte) => String.fromCharCode(byte))
      .join('')
      .replace(/\u00c2\u00a0/g, ' ')
      .replace(/\u00a0/g, ' ');
  });
}

/** More than quotation marks and cut brackets have. */
const LONGEST_END = 256;

/** The rest of a softly broken line, without the quote marks that it repeats; a mark that closes a bracket is none. */
function withoutQuote(text: string, start: string, end: string): string {
  const quote = quoteLength(start);
  if (quote === 0 || endsInBracket(end)) return text;
  return text.slice(0, quote) === start.slice(0, quote) ? text.slice(quote) : text;
}

/** The line at `from` with those that its soft breaks lead to. Only the two ends of what is there are looked at, however long it becomes. */
function joinBroken(lines: readonly LogLine[], from: number): { readonly text: string; readonly last: number } {
  const pieces: string[] = [];
  let piece = lines[from]?.text ?? '';
  let start = '';
  let end = '';
  let last = from;
  while (endsInSoftBreak(piece) && last + 1 < lines.length) {
    const kept = piece.slice(0, -1);
    pieces.push(kept);
    if (start.length < LONGEST_END) start = (start + kept).slice(0, LONGEST_END);
    end = (end + kept).slice(-LONGEST_END);
    piece = withoutQuote(lines[++last]?.text ?? '', start, end);
  }
  pieces.push(piece);
  return { text: pieces.join(''), last };
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === ' ') end--;
  return text.slice(0, end);
}

export const decodeQuotedPrintable: Stage = (lines) => {
  const isEncoded = createSurroundings(lines);
  const out: LogLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as LogLine;
    const { text } = line;
    const isPlain = !text.includes('=') || (OWN_EQUALS.test(text) && !lines[i + 1]?.text.startsWith('='));
    const shows = ENCODED.test(text) || (endsInSoftBreak(text) && text.length <= LONGEST_ENCODED_LINE);
    if (isPlain || !shows || !isEncoded(i)) out.push(line);
    else {
      const whole = joinBroken(lines, i);
      i = whole.last;
      out.push(withText({ ...line, last: lines[i]?.last ?? line.last }, decodeBytes(withoutBlanksAtEnd(whole.text))));
    }
  }
  return out;
};
