// What of a log goes into a link: the lines of the report that is shown, and no others.

import type { EmbeddedReport } from '../frontends/report/embedded.ts';

/** Undefined where not all lines of the report are at hand. */
export function sharedLines({ report, log }: EmbeddedReport, withoutTrace: boolean): string | undefined {
  if (log === undefined || log.more !== undefined) return undefined;
  const left = withoutTrace ? traceLines(report) : new Set();
  return log.lines.filter((_, i) => !left.has(log.first + i)).join('\n');
}

/** Lines that hold entries of the call trace, and nothing else that was read. */
function traceLines({ snapshot }: EmbeddedReport['report']): ReadonlySet<number> {
  const lines = new Set<number>();
  const places = Object.entries(snapshot.places);
  for (const [path, { line }] of places) if (path.startsWith('trace[')) lines.add(line);
  for (const [path, { line }] of places) if (!path.startsWith('trace[')) lines.delete(line);
  return lines;
}
