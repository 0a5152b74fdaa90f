// The stack dump, one line for each word that means something, runs of other words four to a line.

import type { StackRemark, StackWord } from '../../explanation/finding.ts';
import { hex32 } from '../../machine/u32.ts';
import { unbroken } from '../unbroken.ts';
import type { Paint } from './paint.ts';
import { wrapText } from './wrap.ts';

const WORDS_A_LINE = 4;

export function stackLines(words: readonly StackWord[], paint: Paint): readonly string[] {
  if (words.length === 0) return [];
  const lines: string[] = [];
  for (let i = 0; i < words.length; ) {
    const word = words[i] as StackWord;
    if (word.remarks.length > 0) {
      lines.push(...remarked(head(word, i), word.remarks.map(remarkText).join(', '), paint));
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

function remarkText(remark: StackRemark): string {
  switch (remark.kind) {
    case 'return-address': {
      const symbol = remark.symbol ? unbroken(remark.symbol.text) : 'an address of the call trace';
      return remark.reliable ? `returns to ${symbol}` : `? ${symbol}`;
    }
    case 'saved-frame-pointer':
      return remark.frame === 1 ? 'saved %ebp, where %ebp points' : `saved %ebp of frame ${remark.frame}`;
    case 'equals-register':
      return `= %${remark.register}`;
    case 'near-register':
      return `= %${remark.register} + 0x${remark.distance.toString(16)}`;
  }
}
