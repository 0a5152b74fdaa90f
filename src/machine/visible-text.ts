// Shows characters that are invisible, or that would steer a terminal, as text that can be read: a log, a scenario, a file name or a client
// may hold any of them. Every outlet uses this one table.

/** The first and the last character of each range; `test/machine/visible-text.test.ts` holds it against the properties of Unicode. */
const UNSEEN_RANGES: readonly (readonly [number, number])[] = [
  // C0, DEL and C1: escape sequences, bells, line ends. U+0085 is a line end.
  [0x00, 0x1f],
  [0x7f, 0x9f],
  // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian selectors.
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  // Zero width, marks and embeddings of direction, line and paragraph separators, invisible operators, isolates.
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  // Surrogates without their other half.
  [0xd800, 0xdfff],
  // Noncharacters, variation selectors, the byte-order mark, fillers.
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
];

/** The ranges beyond 16 bits: shorthand and musical controls, tags. The noncharacters at the end of each plane are added to them. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
  ...Array.from({ length: 16 }, (_, i) => [0x1fffe + 0x10000 * i, 0x1ffff + 0x10000 * i] as const),
];

const codePoint = (code: number): string => `\\u{${code.toString(16)}}`;
const ranges = (list: typeof UNSEEN_RANGES): string =>
  list.map(([first, last]) => `${codePoint(first)}-${codePoint(last)}`).join('');
/** This quick test finds every text that holds one. It also finds pairs of surrogates, which are then looked at more closely. */
const SUSPECT = new RegExp(
  `[${ranges(UNSEEN_RANGES).replace(/u\{(\w+)\}/g, (_, hex: string) => `u${hex.padStart(4, '0')}`)}]`,
);
const UNSEEN = new RegExp(`[${ranges([...UNSEEN_RANGES, ...WIDE_RANGES])}]`, 'gu');

/** Replaces every unseen character of `text` by `write(code point)`. */
export function replaceUnseen(text: string, write: (code: number) => string): string {
  return SUSPECT.test(text) ? text.replace(UNSEEN, (char) => write(char.codePointAt(0) as number)) : text;
}

/** Gives one line without unseen characters: `\x1b`, `\u202e`, `\u{e0001}` stand for those characters, `\x0a` for a line feed. */
export function visibleText(text: string): string {
  return replaceUnseen(text, notation);
}

function notation(code: number): string {
  const digits = code.toString(16);
  return code < 0x100
    ? `\\x${digits.padStart(2, '0')}`
    : code < 0x1_0000
      ? `\\u${digits.padStart(4, '0')}`
      : `\\u{${digits}}`;
}

/** Gives the same facts with every text in them visible. Bytes and objects with a class stay as they are. */
export function visibleFacts<T>(value: T): T {
  if (typeof value === 'string') return visibleText(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => visibleFacts(item));
    return (items.some((item, i) => item !== value[i]) ? items : value) as T;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  let changed: Record<string, unknown> | undefined;
  for (const [name, part] of Object.entries(value)) {
    const visible = visibleFacts(part);
    if (visible !== part) {
      changed ??= { ...(value as Record<string, unknown>) };
      changed[name] = visible;
    }
  }
  return (changed ?? value) as T;
}
