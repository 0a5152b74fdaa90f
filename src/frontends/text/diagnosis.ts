// What kind of bug it is: the first thing that a reader wants, with how sure it is and where to look.

import type { ReportJson } from '../json/contract/report.ts';
import { unbrokenIn } from '../wording/unbroken.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

/** How many conclusions a reader takes in; the JSON has them all. */
const MOST = 3;

export function diagnosisLines(
  { diagnosis: all, snapshot, blame, next }: ReportJson,
  { paint, width }: TextStyle,
): readonly string[] {
  const named = [snapshot.task, snapshot.symbol, snapshot.trap.location?.file, snapshot.mapping?.file, blame?.symbol];
  const [first, ...others] = all.slice(0, MOST).map(({ strength, text, words }) => ({
    strength,
    // The kernel's own words stay together where a line can hold them.
    text: [...named, (words?.length ?? 0) < width - 6 ? words : undefined].reduce(
      (sentence: string, name) => unbrokenIn(sentence, name),
      text,
    ),
  }));
  // A hint never stands alone as what it is.
  const isKnown = first !== undefined && first.strength !== 'hint';
  const head = isKnown ? sentence(first.text) : 'What kind of bug it is cannot be told from this report.';
  const more = isKnown ? others : first === undefined ? [] : [first, ...others];
  const [line = '', ...rest] = wrapText(head, 2, 2, width);
  return [
    ...(isKnown ? [line, ...rest].map((text) => paint('title', text)) : [line, ...rest]),
    ...more.flatMap(({ text }) => wrapText(`· ${text}`, 4, 6, width)),
    // The title names the faulting function.
    ...(blame?.role === 'caller' ? wrapText(unbrokenIn(`look at ${blame.text}`, blame.symbol), 4, 6, width) : []),
    ...next.slice(0, MOST).map(({ command }) => paint('quiet', `    $ ${command}`)),
  ];
}

/** Names keep their case. */
function sentence(text: string): string {
  return `${/^(it|the|a|control|this)\b/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}
