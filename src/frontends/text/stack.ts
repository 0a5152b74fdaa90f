// The stack dump, one line for each word that means something, runs of other words four to a line.

import type { StackWord } from '../../explanation/finding.ts';
import { hex32 } from '../../machine/u32.ts';
import { stackRemarkText } from '../wording/stack-remark.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap.ts';

const WORDS_A_LINE = 4;

export function stackLines(words: readonly StackWord[], paint: Paint): readonly string[] {
  if (words.length === 0) return [];
  const lines: string[] = [];
  for (let i = 0; i < words.length; ) {
    const word = words[i] as StackWord;
    if (word.remarks.length > 0) {
      lines.push(...remarked(head(word, i), word.remarks.map(stackRemarkText).join(', '), paint));
      i++;
      continue;
    }
    const run = words.slice(i, i + WORDS_A_LINE);
    const length = run.findIndex((next) => next.remarks.length > 0);
    const plainRun = length < 0 ? run : run.slice(0, length);
    lines.push([head(word, i), ...plainRun.slice(1).map((next) => hex32(next.value))].join(' '));
    i += plainRun.length;
  }
  return [`  Stack${words[0]?.address === undefined ? '' : ' from %esp up'}`, ...lines];
}

/** A word with its remark, which goes on under itself where it is long. */
function remarked(head: string, remark: string, paint: Paint): readonly string[] {
  const indent = head.length + 2;
  const [first = '', ...rest] = wrapText(remark, indent, indent + 2);
  return [`${head}  ${paint('quiet', first.slice(indent))}`, ...rest.map((line) => paint('quiet', line))];
}

function head(word: StackWord, index: number): string {
  const place = word.address === undefined ? `word ${String(index).padStart(3)}` : hex32(word.address);
  return `    ${place}  ${hex32(word.value)}`;
}
