// `replay <log…>`: explains every report of the logs, in order.

import type { ForeignReport, ParsedLog } from '../../carriers/carrier.ts';
import { EarlierReports } from '../../diagnosis/earlier-reports.ts';
import { examine } from '../../examination/examine.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { failedReportToJson, jsonForText, toJson } from '../../frontends/json/json.ts';
import { jsonText } from '../../frontends/json-text.ts';
import { ansi, plain } from '../../frontends/text/paint.ts';
import { formatReport } from '../../frontends/text/report.ts';
import { textStyle } from '../../frontends/text/style.ts';
import { failureOf } from '../../frontends/unforeseen.ts';
import { evidencePlace } from '../../frontends/wording/evidence.ts';
import { foreignMessage, noReportHint } from '../../frontends/wording/foreign.ts';
import { isReplayError, ReplayError } from '../../machine/errors.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logName } from '../files/input.ts';
import { logReports } from '../scan/log-reports.ts';
import { EXIT } from './exit-codes.ts';
import type { ExplainOptions } from './explain-options.ts';
import { missingLogHint } from './missing-log.ts';
import type { Output } from './output.ts';
import { createProgress } from './progress.ts';
import { type Counted, createTally } from './tally.ts';

/** The exit code of the command: the worst that happened to any file or report. */
export async function explainLogs(
  paths: readonly string[],
  options: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  let exitCode: number = EXIT.reproduced;
  const tally = createTally(options.json ? undefined : output);
  for (const path of paths) {
    try {
      for await (const shown of shownReports(path, options, output, loadParts)) {
        if (options.json) output.write(shown.lines);
        else tally.take(shown);
        exitCode = Math.max(exitCode, shown.exitCode);
      }
    } catch (error) {
      if (isReplayError(error) && error.code === 'output/unwritable') throw error;
      const isUnreadable = isReplayError(error) && error.code === 'input/unreadable' && path !== '-';
      const message = isReplayError(error) ? error.message : `${logName(path)}: ${failureOf(error).message}`;
      output.error(`${message}${isUnreadable ? missingLogHint(path) : ''}`);
      exitCode = EXIT.unusable;
    }
  }
  tally.end();
  return exitCode;
}

/** What is shown of one log, or of a report file that was made of one. */
async function* shownReports(
  path: string,
  options: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): AsyncGenerator<Shown> {
  if (/\.html?$/i.test(path)) {
    const { reportsOfFile } = await import('./commands/report-file.ts');
    const kept = await reportsOfFile(path, options, output);
    if (kept !== undefined) return yield* kept;
  }
  for await (const found of findReports(path, options, output, loadParts)) yield show(found, options, output);
}

interface FoundReport {
  readonly file: string;
  readonly snapshot: Snapshot;
  /** Counts the reports of the file from 0. */
  readonly index: number;
  readonly parts: ReplayParts;
  readonly earlier: EarlierReports;
}

/** The reports of one log as they are found. Throws ReplayError where the log cannot be read or has none. */
async function* findReports(
  path: string,
  { report: wanted }: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): AsyncGenerator<FoundReport> {
  const file = logName(path);
  const progress = createProgress(file, output);
  const earlier = new EarlierReports();
  let index = 0;
  let foreign: ForeignReport | undefined;
  async function* reportsOf(found: ParsedLog): AsyncGenerator<FoundReport> {
    if (found.reports.length + found.diagnostics.length + found.foreign.length > 0) progress.clear();
    foreign ??= found.foreign[0];
    for (const diagnostic of found.diagnostics)
      output.diagnostic(evidencePlace(file, diagnostic.evidence), diagnostic.message);
    for (const report of found.foreign) output.diagnostic(`${file}:${report.line}`, foreignMessage(report));
    if (found.reports.length === 0) return;
    const parts = await loadParts();
    for (const snapshot of found.reports) {
      if (wanted !== undefined && ++index !== wanted) {
        earlier.take(snapshot);
        continue;
      }
      reportDiagnostics(file, snapshot.diagnostics, output);
      yield { file, snapshot, index: wanted === undefined ? index++ : index - 1, parts, earlier };
    }
  }
  for await (const part of logReports(path)) {
    yield* reportsOf(part.found);
    if (wanted !== undefined && index >= wanted) break;
    progress.update(part);
  }
  progress.clear();
  if (index === 0) throw new ReplayError('input/no-report', { path: file, hint: noReportHint(foreign) });
  if (wanted !== undefined && index < wanted)
    throw new ReplayError('input/fewer-reports', { path: file, count: String(index), wanted: String(wanted) });
}

interface Shown extends Counted {
  readonly exitCode: number;
}

/** An error in here costs this report, and none of the others. */
function show(found: FoundReport, options: ExplainOptions, output: Output): Shown {
  const { file, snapshot, index, parts, earlier } = found;
  try {
    const report = examine(snapshot, parts, { leadUp: options.leadUp ? 'rebuild' : 'none', earlier });
    const { verdict } = report.replay;
    const lines = linesOf(report, found, options, output);
    const likeness = snapshot.kind === 'user-fault' && !options.json ? likenessOf(report, found, options) : undefined;
    return {
      lines,
      place: evidencePlace(file, snapshot.evidence),
      verdict,
      likeness,
      exitCode: verdict === 'reproduced' ? EXIT.reproduced : EXIT.notReproduced,
    };
  } catch (error) {
    const failure = failureOf(error);
    output.diagnostic(evidencePlace(file, snapshot.evidence), `this report could not be examined: ${failure.message}`);
    const lines = options.json ? [jsonText(failedReportToJson(file, snapshot, index, failure))] : [];
    return { lines, place: evidencePlace(file, snapshot.evidence), verdict: 'failed', exitCode: EXIT.unusable };
  }
}

function reportDiagnostics(file: string, diagnostics: readonly Diagnostic[], output: Output): void {
  for (const { evidence, message } of diagnostics) output.diagnostic(evidencePlace(file, evidence), message);
}

function linesOf(
  report: ExaminedReport,
  { file, index, parts }: FoundReport,
  options: ExplainOptions,
  output: Output,
): readonly string[] {
  const form = { file, index, decoder: parts.decoder, syntax: options.syntax };
  if (options.json) return [jsonText(toJson(report, form))];
  const style = textStyle({
    ...options,
    paint: output.colour ? ansi : plain,
    width: output.width,
    ascii: output.ascii,
  });
  return formatReport(jsonForText(report, { ...form, window: style.whole }), style);
}

/** The same for lines about programs that differ in nothing but process, stack pointer and place in the log. */
function likenessOf(report: ExaminedReport, { parts }: FoundReport, { syntax }: ExplainOptions): string {
  const json = jsonForText(report, { decoder: parts.decoder, syntax });
  const { diagnosis, blame, report: place, snapshot, ...same } = json;
  const { pid: _pid, places: _places, headline: _headline, ...said } = snapshot;
  const { esp: _esp, ...registers } = said.registers;
  // What they rest on names lines of the log.
  const own = diagnosis.filter(({ kind }) => kind !== 'same-place-again');
  const concluded = [...own.map(({ text }) => text), blame?.text];
  return jsonText({ ...same, concluded, title: place.title, snapshot: { ...said, registers } });
}
