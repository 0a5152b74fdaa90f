// The verdict in one sentence, then whatever had to be inferred or taken for granted.

import type { ReportJson } from '../json/contract/report.ts';
import type { Role } from './paint.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

type ReplayJson = ReportJson['replay'];

/** What the sentence begins with, and what it means. */
const HEADS: Readonly<Record<ReplayJson['verdict'], readonly [string, Role]>> = {
  reproduced: ['reproduced', 'good'],
  contradicted: ['contradicted', 'bad'],
  'not-replayable': ['not replayable', 'mark'],
};

export function verdictLines({ replay }: ReportJson, style: TextStyle): readonly string[] {
  const { verdict, text, remedy, checks } = replay;
  const [head, role] = HEADS[verdict];
  const [first = '', ...rest] = wrapText(text, 2, 4, style.width);
  const failed = verdict === 'contradicted' ? checks.filter(({ passed }) => !passed) : [];
  return [
    first.replace(head, () => style.paint(role, head)),
    ...rest,
    ...failed.map(({ title, expected, actual }) => `    ${title.padEnd(14)} log ${expected}, replay ${actual}`),
    ...(verdict === 'not-replayable' && remedy !== undefined
      ? wrapText(`it would need ${remedy}`, 4, 4, style.width)
      : []),
    ...grantedLines(replay, style),
  ];
}

/** What was inferred, and what was taken for granted: a paragraph each. */
function grantedLines(
  { inferred, codeBaseText, assumptions }: ReplayJson,
  { paint, width }: TextStyle,
): readonly string[] {
  const texts = [inferred, codeBaseText, ...assumptions.map(({ message }) => message)];
  return [...new Set(texts.filter((text) => text !== undefined))]
    .flatMap((text) => wrapText(`· ${text}`, 4, 6, width))
    .map((line) => paint('quiet', line));
}
