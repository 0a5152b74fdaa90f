// The text for a terminal that shows ASCII alone.

/** What this program writes beside ASCII. */
const SIGNS: Readonly<Record<string, string>> = {
  '✗': 'x',
  '▶': '>',
  '◀': '<',
  '┆': ':',
  '·': '-',
  '≈': '~',
  '←': '<-',
  '→': '->',
  '−': '-',
  '×': '*',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '…': '...',
};
const OURS = new RegExp(`[${Object.keys(SIGNS).join('')}]`, 'g');
const BLANK_THAT_BREAKS_NO_LINE = '\u00a0';

/** One line of the layout. Marks of colour pass. */
export function asciiLine(line: string): string {
  return line.replace(OURS, (sign) => SIGNS[sign] ?? sign);
}

/** Gives the same facts in ASCII: signs of ours by their like, every other character by its number in Unicode. */
export function asciiFacts<T>(value: T): T {
  if (typeof value === 'string') return asciiText(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => asciiFacts(item)) as T;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asciiFacts(part)])) as T;
}

function asciiText(text: string): string {
  return asciiLine(text).replace(/[^\0-\x7f]/gu, (char) =>
    char === BLANK_THAT_BREAKS_NO_LINE ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
