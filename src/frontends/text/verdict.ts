// The verdict in one sentence, then whatever had to be inferred or taken for granted.

import type { ReportJson } from '../json/contract/report.ts';
import type { Paint, Role } from './paint.ts';
import { wrapText } from './wrap.ts';

type ReplayJson = ReportJson['replay'];

/** What the sentence begins with, and what it means. */
const HEADS: Readonly<Record<ReplayJson['verdict'], readonly [string, Role]>> = {
  reproduced: ['reproduced', 'good'],
  contradicted: ['contradicted', 'bad'],
  'not-replayable': ['not replayable', 'mark'],
};

export function verdictLines({ replay }: ReportJson, paint: Paint): readonly string[] {
  const { verdict, text, remedy, checks } = replay;
  const [head, role] = HEADS[verdict];
  const [first = '', ...rest] = wrapText(text, 2, 4);
  const failed = verdict === 'contradicted' ? checks.filter(({ passed }) => !passed) : [];
  return [
    first.replace(head, () => paint(role, head)),
    ...rest,
    ...failed.map(({ title, expected, actual }) => `    ${title.padEnd(14)} log ${expected}, replay ${actual}`),
    ...(verdict === 'not-replayable' && remedy !== undefined ? wrapText(`it would need ${remedy}`, 4) : []),
    ...grantedLines(replay, paint),
  ];
}

/** What was inferred, and what was taken for granted: a paragraph each. */
function grantedLines({ inferred, codeBaseText, assumptions }: ReplayJson, paint: Paint): readonly string[] {
  const texts = [inferred, codeBaseText, ...assumptions.map(({ message }) => message)];
  return [...new Set(texts.filter((text) => text !== undefined))]
    .flatMap((text) => wrapText(`· ${text}`, 4, 6))
    .map((line) => paint('quiet', line));
}
