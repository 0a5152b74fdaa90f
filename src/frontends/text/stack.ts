// The stack dump, one line for each word that means something; at full length runs of other words, four to a line.

import { hex32, wrapU32 } from '../../machine/u32.ts';
import type { ReportJson } from '../json/contract/report.ts';
import { unbrokenIn } from '../wording/unbroken.ts';
import { digits } from './number.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

const WORDS_A_LINE = 4;

export function stackLines({ snapshot, stackRemarks }: ReportJson, style: TextStyle): readonly string[] {
  const { words = [], start } = snapshot.stack ?? {};
  if (words.length === 0) return [];
  const remarks = new Map(
    stackRemarks.map((word) => [
      word.index,
      word.remarks.map(({ text, symbol }) => unbrokenIn(text, symbol)).join(', '),
    ]),
  );
  const lines: string[] = [];
  for (let i = 0; i < words.length; ) {
    const head = `    ${placeOf(i, start)}  ${digits(words[i] as string)}`;
    const remark = remarks.get(i);
    if (remark !== undefined) {
      for (const line of remarked(head, remark, style)) lines.push(line);
      i++;
      continue;
    }
    const run = words.slice(i, i + WORDS_A_LINE);
    const length = run.findIndex((_, k) => remarks.has(i + k));
    const plainRun = length < 0 ? run : run.slice(0, length);
    if (style.whole) lines.push([head, ...plainRun.slice(1).map(digits)].join(' '));
    i += plainRun.length;
  }
  const others = words.length - remarks.size;
  if (!style.whole && others > 0)
    lines.push(style.paint('quiet', `    ${others} other ${others === 1 ? 'word' : 'words'}: --full shows them`));
  return [`  Stack${start === undefined ? '' : ' from %esp up'}`, ...lines];
}

/** A word with its remark, which goes on under itself where it is long. */
function remarked(head: string, remark: string, { paint, width }: TextStyle): readonly string[] {
  const indent = head.length + 2;
  const [first = '', ...rest] = wrapText(remark, indent, indent + 2, width);
  return [`${head}  ${paint('quiet', first.slice(indent))}`, ...rest.map((line) => paint('quiet', line))];
}

function placeOf(index: number, start: string | undefined): string {
  return start === undefined ? `word ${String(index).padStart(3)}` : hex32(wrapU32(Number(start) + 4 * index));
}
