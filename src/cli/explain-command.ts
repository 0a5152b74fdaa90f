// `replay <log…>`: explains every report of the logs, in order.

import { explain } from '../explanation/explain.ts';
import { ReplayError } from '../machine/errors.ts';
import { crashSiteOf } from '../reconstruction/crash-site-of.ts';
import { reconstruct } from '../reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../replay/replay.ts';
import type { Diagnostic } from '../snapshot/diagnostic.ts';
import { type ForeignReport, type ParsedLog, parseLog } from '../snapshot/parse.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { EXIT } from './exit-codes.ts';
import { ansi, plain } from './format/paint.ts';
import { formatReport } from './format/report.ts';
import type { ReportView } from './format/report-view.ts';
import { type LogFile, readLog } from './input.ts';
import { reportToJson } from './json.ts';
import type { Output } from './output.ts';

export interface ExplainOptions {
  readonly json: boolean;
  readonly syntax: 'att' | 'intel';
  /** False with `--no-lead-up`. */
  readonly leadUp: boolean;
}

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
    const parsed = readAndParse(path, output);
    if (parsed === undefined) {
      exitCode = EXIT.unusable;
      continue;
    }
    const { file, log } = parsed;
    for (const diagnostic of log.diagnostics) output.diagnostic(file.name, diagnostic.lines.first, diagnostic.message);
    for (const foreign of log.foreign) output.diagnostic(file.name, foreign.line, foreignMessage(foreign));
    const parts = await loadParts();
    log.reports.forEach((snapshot, index) => {
      const view = viewOf(file.name, snapshot, options, parts);
      reportDiagnostics(file.name, snapshot.diagnostics, output);
      output.write(textOf(view, index, options, output, parts, printed++));
      if (view.replay.verdict !== 'reproduced') exitCode = Math.max(exitCode, EXIT.notReproduced);
    });
  }
  return exitCode;
}

function readAndParse(path: string, output: Output): { file: LogFile; log: ParsedLog } | undefined {
  try {
    const file = readLog(path);
    const log = parseLog(file.text);
    if (log.reports.length === 0)
      throw new ReplayError('input/no-report', { path: file.name, hint: noReportHint(log) });
    return { file, log };
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    output.error(error.message);
    return undefined;
  }
}

function noReportHint(log: ParsedLog): string {
  const [first] = log.foreign;
  if (first) return `: line ${first.line} begins ${foreignMessage(first)}`;
  return '; a report has lines such as "EIP: 0060:[<c0123456>]", "EAX: …" and "Code: …"';
}

const ARCHITECTURES: Readonly<Record<ForeignReport['architecture'], string>> = {
  'x86-64': 'an x86-64 report',
  arm: 'an ARM report',
  arm64: 'an ARM64 report',
  mips: 'a MIPS report',
  powerpc: 'a PowerPC report',
  other: 'a report of another architecture',
};

function foreignMessage({ architecture }: ForeignReport): string {
  return `${ARCHITECTURES[architecture]}: only 32-bit x86 can be replayed`;
}

function viewOf(file: string, snapshot: Snapshot, options: ExplainOptions, parts: ReplayParts): ReportView {
  const replay = replaySnapshot(snapshot, parts);
  const site = options.leadUp ? crashSiteOf(snapshot, replay) : undefined;
  const leadUp = site && reconstruct(site, parts.cpu);
  return { file, snapshot, replay, explanation: explain(snapshot, replay, leadUp), ...(leadUp && { leadUp }) };
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
