// A line of listing in parts is what the rewriting rules work on.

/** Mnemonic and operands in AT&T's or Intel's syntax, each lister with habits of its own. */
export interface RawText {
  readonly mnemonic: string;
  readonly operands: string;
}

export interface ListingLine {
  /** `lock`, `repz`, `data16` … in the order of print. */
  readonly prefixes: readonly string[];
  readonly mnemonic: string;
  readonly operands: readonly string[];
}

const MNEMONIC_WIDTH = 6;
const PREFIX_WORDS: ReadonlySet<string> = new Set([
  'lock',
  'rep',
  'repe',
  'repz',
  'repne',
  'repnz',
  'xacquire',
  'xrelease',
  'notrack',
  'bnd',
  'data16',
  'addr16',
]);

/** Takes a lister's text apart: prefixes off, operands split, blanks inside them dropped. */
export function parseRawText(raw: RawText): ListingLine {
  const words = raw.mnemonic.split(' ').filter((word) => word !== '');
  const prefixes = words.filter((word) => PREFIX_WORDS.has(word));
  const mnemonic = words.filter((word) => !PREFIX_WORDS.has(word)).join(' ');
  return { prefixes, mnemonic, operands: splitOperands(raw.operands) };
}

export function printLine(line: ListingLine): string {
  const head = [...line.prefixes, line.mnemonic].join(' ');
  return `${head.padEnd(MNEMONIC_WIDTH)} ${line.operands.join(',')}`.trimEnd();
}

/** Splits at the commas outside brackets. */
function splitOperands(text: string): readonly string[] {
  const operands: string[] = [];
  let depth = 0;
  let current = '';
  for (const character of text) {
    if (character === '(' || character === '[' || character === '{') depth++;
    if (character === ')' || character === ']' || character === '}') depth--;
    if (character === ',' && depth === 0) {
      operands.push(current.trim());
      current = '';
    } else current += character;
  }
  if (current.trim() !== '') operands.push(current.trim());
  return operands;
}
