// `replay <log…>`: explains every report of the logs, in order.

import type { ForeignReport, ParsedLog } from '../../carriers/linux-log/parse-log.ts';
import { type ExaminationOptions, examine } from '../../examination/examine.ts';
import { reportToJson } from '../../frontends/json/json.ts';
import type { ReportView } from '../../frontends/report-view.ts';
import { ansi, plain } from '../../frontends/text/paint.ts';
import { formatReport } from '../../frontends/text/report.ts';
import { isReplayError, ReplayError } from '../../machine/errors.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import { logName } from '../files/input.ts';
import { logReports } from '../scan/log-reports.ts';
import { EXIT } from './exit-codes.ts';
import type { ExplainOptions } from './explain-options.ts';
import { foreignMessage, noReportHint } from './foreign-message.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';

/** The exit code of the command: the worst that happened to any file or report. */
export async function explainLogs(
  paths: readonly string[],
  options: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  let exitCode: number = EXIT.reproduced;
  let printed = 0;
  for (const path of paths) {
    const results = explainLog(path, options, output, loadParts);
    try {
      for await (const { view, index, parts } of results) {
        output.write(textOf(view, index, options, output, parts, printed++));
        if (view.replay.verdict !== 'reproduced') exitCode = Math.max(exitCode, EXIT.notReproduced);
      }
    } catch (error) {
      if (!isReplayError(error) || error.code === 'output/unwritable') throw error;
      output.error(error.message);
      exitCode = EXIT.unusable;
    }
  }
  return exitCode;
}

interface Explained {
  readonly view: ReportView;
  /** Counts the reports of the file from 0. */
  readonly index: number;
  readonly parts: ReplayParts;
}

/** The reports of one log as they are found. Throws ReplayError where the log cannot be read or has none. */
async function* explainLog(
  path: string,
  options: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): AsyncGenerator<Explained> {
  const name = logName(path);
  const progress = createProgress(name, output);
  let index = 0;
  let foreign: ForeignReport | undefined;
  async function* explained(found: ParsedLog): AsyncGenerator<Explained> {
    if (found.reports.length + found.diagnostics.length + found.foreign.length > 0) progress.clear();
    foreign ??= found.foreign[0];
    for (const diagnostic of found.diagnostics) output.diagnostic(name, diagnostic.lines.first, diagnostic.message);
    for (const report of found.foreign) output.diagnostic(name, report.line, foreignMessage(report));
    if (found.reports.length === 0) return;
    const parts = await loadParts();
    const wanted: ExaminationOptions = { leadUp: options.leadUp ? 'rebuild' : 'none' };
    for (const snapshot of found.reports) {
      reportDiagnostics(name, snapshot.diagnostics, output);
      yield { view: { file: name, ...examine(snapshot, parts, wanted) }, index: index++, parts };
    }
  }
  for await (const part of logReports(path)) {
    yield* explained(part.found);
    progress.update(part);
  }
  progress.clear();
  if (index === 0) throw new ReplayError('input/no-report', { path: name, hint: noReportHint(foreign) });
}

function reportDiagnostics(file: string, diagnostics: readonly Diagnostic[], output: Output): void {
  for (const { lines, message } of diagnostics) output.diagnostic(file, lines.first, message);
}

function textOf(
  view: ReportView,
  index: number,
  options: ExplainOptions,
  output: Output,
  parts: ReplayParts,
  printed: number,
): string {
  const style = { decoder: parts.decoder, syntax: options.syntax };
  if (options.json) return `${JSON.stringify(reportToJson(view, index, style))}\n`;
  const separator = printed > 0 ? '\n' : '';
  return separator + formatReport(view, { ...style, paint: output.colour ? ansi : plain });
}
