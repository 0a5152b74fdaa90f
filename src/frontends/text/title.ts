// The first line of a report: where it is in the log, what it is, where it happened.

import type { ReportJson } from '../json/contract/report.ts';
import type { TextStyle } from './style.ts';

export function titleLines({ report }: ReportJson, { paint, width }: TextStyle): readonly string[] {
  const { file, line, title = report.kind, where = '' } = report;
  const place = line === undefined ? file : `${file}:${line}`;
  const oneLine = `${place}  ${title}${where && ` ${where}`}`;
  if (oneLine.length <= width || where === '')
    return [`${paint('quiet', place)}  ${paint('title', oneLine.slice(place.length + 2))}`];
  return [`${paint('quiet', place)}  ${paint('title', title)}`, `  ${paint('title', where)}`];
}
