// `replay report.html`: a report file is read back, and said as its log would be. Loaded only where a name ends in .html.

import { jsonText } from '../../../frontends/json-text.ts';
import { isReportFile, readBack } from '../../../frontends/report/read-back.ts';
import { ansi, plain } from '../../../frontends/text/paint.ts';
import { formatReport } from '../../../frontends/text/report.ts';
import { textStyle } from '../../../frontends/text/style.ts';
import { failureOf } from '../../../frontends/unforeseen.ts';
import { ReplayError } from '../../../machine/errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExplainOptions } from '../explain-options.ts';
import type { Output } from '../output.ts';
import type { Counted } from '../tally.ts';
import { wholeLog } from './whole-log.ts';

/** The reports of a report file as they are shown; undefined for any other file. Throws ReplayError where it cannot be read. */
export async function reportsOfFile(
  path: string,
  options: ExplainOptions,
  output: Output,
): Promise<readonly (Counted & { readonly exitCode: number })[] | undefined> {
  const text = await wholeLog(path);
  if (!isReportFile(text)) return undefined;
  const reports = readBack(path, text).map(({ report }) => report);
  const { report: wanted } = options;
  if (wanted !== undefined && reports.length < wanted)
    throw new ReplayError('input/fewer-reports', { path, count: String(reports.length), wanted: String(wanted) });
  const style = textStyle({
    ...options,
    paint: output.colour ? ansi : plain,
    width: output.width,
    ascii: output.ascii,
  });
  return (wanted === undefined ? reports : reports.slice(wanted - 1, wanted)).map((report) => {
    const { verdict } = report.replay;
    const { file, line } = report.report;
    try {
      return {
        lines: options.json ? [jsonText(report)] : formatReport(report, style),
        place: line === undefined ? file : `${file}:${line}`,
        verdict,
        exitCode: verdict === 'reproduced' ? EXIT.reproduced : EXIT.notReproduced,
      };
    } catch (error) {
      // Whoever changed the file left parts of a report out.
      throw new ReplayError('input/unreadable', { path, reason: failureOf(error).message }, { cause: error });
    }
  });
}
