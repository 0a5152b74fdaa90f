// A report file read back: the JSON of its reports is in it.

import { ReplayError } from '../../machine/errors.ts';
import { SCHEMA } from '../json/contract/names.ts';
import { DATA_ID, type EmbeddedReport } from './embedded.ts';

/** Characters in which a report file says that it is one. */
const START = 2048;
const MADE_BY_REPLAY = /^<!doctype html>\n<html[^>]*><head>.*<meta name="generator" content="replay [^"]*"\/>/;

/** True for the beginning of a file that `reportDocument` made. */
export function isReportFile(text: string): boolean {
  return MADE_BY_REPLAY.test(text.slice(0, START));
}

/** The reports of a file that `isReportFile`. Throws ReplayError 'input/unreadable' where its data is not what was written. */
export function readBack(file: string, text: string): readonly EmbeddedReport[] {
  const opening = `<script type="application/json" id="${DATA_ID}">`;
  const start = text.indexOf(opening) + opening.length;
  const end = text.indexOf('</script>', start);
  try {
    const reports: unknown = JSON.parse(text.slice(start, end));
    if (Array.isArray(reports) && reports.length > 0 && reports.every(isEmbedded)) return reports;
  } catch {
    // It is said below.
  }
  throw new ReplayError('input/unreadable', {
    path: file,
    reason: `it is a report file, and its data is no ${SCHEMA} JSON any more; make it again from the log`,
  });
}

/** What a walk over a report takes for granted at the least. */
function isEmbedded(value: unknown): value is EmbeddedReport {
  const { report } = (value ?? {}) as Partial<EmbeddedReport>;
  return (
    report?.schema === SCHEMA &&
    [report.report, report.snapshot, report.replay].every((part) => typeof part === 'object' && part !== null) &&
    [report.listing, report.findings, report.diagnosis, report.stackRemarks].every(Array.isArray)
  );
}
