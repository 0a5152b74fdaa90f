// The fault itself: what was touched, whether it was allowed, and how the address came to be.

import type { ReportJson } from '../json/contract/report.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

const CROSS = '✗';

/** What the log itself says stands in its place where nothing could be run. */
export function faultLines({ replay, snapshot }: ReportJson, style: TextStyle): readonly string[] {
  const { fault, addressSum = [] } = replay;
  if (fault === undefined) return snapshot.trap.text === undefined ? [] : [`  ${snapshot.trap.text}`];
  const sentence = wrapText(`${CROSS} ${fault.supposed ? 'supposed: ' : ''}${fault.text}`, 2, 4, style.width).map(
    (line) => style.paint('fault', line),
  );
  return [...sentence, ...addressSum.flatMap((row) => rowLines(row, style))];
}

type SumRow = NonNullable<ReportJson['replay']['addressSum']>[number];

/** Every number in a column of its own. */
function rowLines({ sign, label, value, remark = '' }: SumRow, { paint, width }: TextStyle): readonly string[] {
  const head = `    ${sign.padEnd(1)} ${label.padEnd(11)} ${value.padStart(10)}`;
  if (remark === '') return [head.trimEnd()];
  const [first = '', ...rest] = wrapText(remark, head.length + 3, head.length + 3, width);
  return [head + paint('quiet', first.slice(head.length)), ...rest.map((line) => paint('quiet', line))];
}
