// The call trace with the mark of the unwinder.

import type { ReportJson } from '../json/contract/report.ts';
import { unbroken } from '../wording/unbroken.ts';
import { digits } from './number.ts';
import { sourceWords } from './source.ts';
import type { TextStyle } from './style.ts';
import { wrapText } from './wrap.ts';

/** How many entries a reader looks at before he asks for all of them. */
const MOST = 8;

type EntryJson = NonNullable<ReportJson['snapshot']['trace']>[number];

export function traceLines({ snapshot }: ReportJson, { paint, width, whole }: TextStyle): readonly string[] {
  const { trace = [] } = snapshot;
  if (trace.length === 0) return [];
  const shown = whole ? trace : trace.slice(0, MOST);
  const hasDoubt = shown.some(({ reliable }) => !reliable);
  const lines = shown.flatMap((entry) =>
    wrapText(`${entry.reliable ? '  ' : '? '}${entryText(entry, whole)}`, 4, 8, width).map((line) =>
      entry.reliable ? line : paint('quiet', line),
    ),
  );
  const rest = trace.length - shown.length;
  const doubt = '? found on the stack; the unwinder did not come through it';
  return [
    '  Call trace, innermost first',
    ...lines,
    ...(rest > 0 ? [paint('quiet', `    ${rest} more: --full shows them`)] : []),
    ...(hasDoubt ? wrapText(doubt, 4, 6, width).map((line) => paint('quiet', line)) : []),
  ];
}

function entryText({ address, symbol, sourceFromFile }: EntryJson, whole: boolean): string {
  return [
    address === undefined ? '' : digits(address),
    symbol === undefined ? '' : unbroken(symbol),
    sourceFromFile === undefined ? '' : sourceWords(sourceFromFile, whole),
  ]
    .filter(Boolean)
    .join('  ');
}
