// `Stack:` and the words under it: eight to a line, no address column on i386.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

const CAPTION = /^stack: ?/i;
const WORD = /^[0-9a-f]{8}$/i;
const FRAGMENT = /^[0-9a-f]{1,8}$/i;

interface WordsRead {
  readonly words: readonly U32[];
  readonly mended: number;
  /** The last word is not whole. */
  readonly isCut: boolean;
}

/** Words of eight digits; one that a column break cut in two (`df53db4 0`) is put together again. */
function readWords(text: string): WordsRead | undefined {
  const words: U32[] = [];
  let mended = 0;
  let isCut = false;
  const tokens = text.split(/\s+/).filter((token) => token !== '' && token !== '...');
  if (tokens.length === 0 || tokens.length > 64) return undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? '';
    const word = parseHex32(token);
    if (word === undefined) return undefined;
    const next = tokens[i + 1] ?? '';
    if (token.length === 8) words.push(word);
    else if (FRAGMENT.test(next) && token.length + next.length === 8) {
      words.push(parseHex32(token + next) as U32);
      mended++;
      i++;
    } else if (i === tokens.length - 1 && words.length > 0) isCut = true;
    else return undefined;
  }
  return { words, mended, isCut };
}

/** A line of nothing but stack words. */
export function readStackWords(text: string): readonly Fact[] {
  const read = readWords(text);
  if (!read || read.words.length === 0) return [];
  const facts: Fact[] = [{ kind: 'stack-words', words: read.words, ...(read.isCut && { cut: true }) }];
  if (read.mended > 0)
    facts.push({
      kind: 'problem',
      code: 'repaired',
      message: `${read.mended} stack word(s) with a blank inside put together`,
    });
  return facts;
}

/** A row with something in it that is no word: those before it keep their places, where the others belong is not known. */
export function readDamagedRow(text: string): readonly Fact[] {
  const tokens = text.trim().split(/\s+/);
  if (!tokens.some((token) => WORD.test(token))) return [];
  const at = tokens.findIndex((token) => !WORD.test(token));
  const words = tokens.slice(0, at).map((token) => parseHex32(token) as U32);
  const message = `\`${(tokens[at] ?? '').slice(0, 40)}\` is no word of the stack`;
  return [
    { kind: 'stack-words', words, cut: true },
    { kind: 'problem', code: 'bad-number', message },
  ];
}

/** How many words a line of nothing but stack words holds; 0 for any other line. */
export function countStackWords(text: string): number {
  return /^\s*[0-9a-f]{8}(?:\s|$)/i.test(text) ? (readWords(text)?.words.length ?? 0) : 0;
}

function readStackLine(text: string): readonly Fact[] {
  const caption = CAPTION.exec(text);
  if (!caption) return [];
  const rest = text.slice(caption[0].length);
  const words = readStackWords(rest);
  return [{ kind: 'section', section: 'stack' }, ...(words.length > 0 ? words : readDamagedRow(rest))];
}

export const STACK_LINES: Family = { read: readStackLine, starts: 'st', words: [/Stack/, / (?:[0-9a-f]{8} ){3}/] };
