// `replay --html FILE LOG…`: the reports of logs in one HTML file. Loaded only for this option.

import { readLog } from '../../../carriers/read-log.ts';
import { EarlierReports } from '../../../diagnosis/earlier-reports.ts';
import { examine } from '../../../examination/examine.ts';
import { toJson } from '../../../frontends/json/json.ts';
import { reportDocument } from '../../../frontends/report/document.tsx';
import { type EmbeddedReport, logLinesOf } from '../../../frontends/report/embedded.ts';
import { evidencePlace } from '../../../frontends/wording/evidence.ts';
import { foreignMessage, noReportHint } from '../../../frontends/wording/foreign.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { ReplayParts } from '../../../replay/replay.ts';
import { logName } from '../../files/input.ts';
import { systemReason } from '../../files/system-reason.ts';
import { writeAside } from '../../files/write-aside.ts';
import { loadReportAssets } from '../../runtime/report-assets.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExplainOptions } from '../explain-options.ts';
import type { Output } from '../output.ts';
import { VERSION } from '../version.ts';
import { openInBrowser } from './open-browser.ts';
import { wholeLog } from './whole-log.ts';

const STANDARD_OUTPUT = '-';

/** Where the file goes, and whether the browser is to show it. */
interface HtmlChoice {
  readonly html: string;
  readonly open?: boolean;
}

/** The exit code: the worst verdict. Throws ReplayError where a log cannot be read or the file cannot be written. */
export async function writeHtml(
  { html: target, open }: HtmlChoice,
  paths: readonly string[],
  options: ExplainOptions,
  output: Output,
  loadParts: () => Promise<ReplayParts>,
): Promise<number> {
  const parts = await loadParts();
  const reports: EmbeddedReport[] = [];
  for (const path of paths) for (const report of await reportsOf(path, options, output, parts)) reports.push(report);
  const html = reportDocument(paths.map(logName).join(', '), reports, loadReportAssets(VERSION));
  if (target === STANDARD_OUTPUT) output.write(html.replace(/\n$/, '').split('\n'));
  else {
    try {
      writeAside(target, html);
      if (open) openInBrowser(target, output.error);
    } catch (error) {
      throw new ReplayError('output/unwritable', { path: target, reason: systemReason(error) }, { cause: error });
    }
  }
  const isGood = reports.every(({ report }) => report.replay.verdict === 'reproduced');
  return isGood ? EXIT.reproduced : EXIT.notReproduced;
}

async function reportsOf(
  path: string,
  options: ExplainOptions,
  output: Output,
  parts: ReplayParts,
): Promise<readonly EmbeddedReport[]> {
  const file = logName(path);
  const text = await wholeLog(path);
  const found = readLog(text);
  for (const { evidence, message } of found.diagnostics) output.diagnostic(evidencePlace(file, evidence), message);
  for (const foreign of found.foreign) output.diagnostic(`${file}:${foreign.line}`, foreignMessage(foreign));
  if (found.reports.length === 0)
    throw new ReplayError('input/no-report', { path: file, hint: noReportHint(found.foreign[0]) });
  const lines = text.split('\n');
  const earlier = new EarlierReports();
  return found.reports.map((snapshot, index) => {
    const examined = examine(snapshot, parts, { leadUp: options.leadUp ? 'rebuild' : 'none', earlier });
    const report = toJson(examined, { file, index, decoder: parts.decoder, syntax: options.syntax });
    return { report, ...logLinesOf(snapshot.evidence, lines) };
  });
}
