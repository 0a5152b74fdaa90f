// What the worker works out, without the worker: a log becomes reports, and the reports text or a file.

import { assets } from 'replay:assets';
import { readLog } from '../carriers/read-log.ts';
import type { Syntax } from '../decoder/decoder.ts';
import { EarlierReports } from '../diagnosis/earlier-reports.ts';
import { examine } from '../examination/examine.ts';
import type { ExaminedReport } from '../examination/examined-report.ts';
import { toJson } from '../frontends/json/json.ts';
import { reportDocument } from '../frontends/report/document.tsx';
import { type EmbeddedReport, logLinesOf } from '../frontends/report/embedded.ts';
import { isReportFile, readBack } from '../frontends/report/read-back.ts';
import { toText } from '../frontends/text/report.ts';
import { failureOf } from '../frontends/unforeseen.ts';
import { foreignMessage, noReportHint } from '../frontends/wording/foreign.ts';
import { ReplayError } from '../machine/errors.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { firstLineOf } from '../snapshot/evidence.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type MemoryRow, memoryRows } from './memory.ts';
import type { Entry, GivenLog, Remarks } from './protocol.ts';
import { type TrialOutcome, tryEdits } from './trial.ts';
import type { TrialEdit } from './trial-edit.ts';

/** A page is for reading: a log with more reports than this is one for the command. */
const MOST_REPORTS = 1000;

interface Kept {
  readonly entry: EmbeddedReport;
  /** Absent where the entry was read back from a report file. */
  readonly examined?: ExaminedReport;
}

export class Examiner {
  readonly #parts: ReplayParts;
  #file = '';
  #kept: (Kept | undefined)[] = [];
  #earlier = new EarlierReports();

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** The reports of a log as they are examined, then what else the log says. An error costs the report that shows it. */
  *examine({ file, text }: GivenLog, syntax: Syntax): Generator<Entry, Remarks> {
    this.#file = file;
    this.#kept = [];
    this.#earlier = new EarlierReports();
    if (isReportFile(text)) {
      this.#kept = readBack(file, text).map((entry) => ({ entry }));
      for (const kept of this.#kept) if (kept) yield kept.entry;
      return { said: [] };
    }
    const { reports, foreign, diagnostics } = readLog(text);
    const lines = text.split('\n');
    for (const [index, snapshot] of reports.slice(0, MOST_REPORTS).entries())
      yield this.#entry(snapshot, index, lines, syntax);
    const left = reports.length - MOST_REPORTS;
    return {
      said: [
        ...diagnostics.map(({ evidence, message }) => ({ ...lineOf(evidence), message })),
        ...foreign.map((report) => ({ line: report.line, message: `It begins ${foreignMessage(report)}.` })),
        ...(left > 0 ? [{ message: `The last ${left} reports are left out; the command explains them all.` }] : []),
      ],
      ...(reports.length === 0 && {
        none: new ReplayError('input/no-report', { path: file, hint: noReportHint(foreign[0]) }).message,
      }),
    };
  }

  #entry(snapshot: Snapshot, index: number, lines: readonly string[], syntax: Syntax): Entry {
    try {
      const examined = examine(snapshot, this.#parts, { earlier: this.#earlier });
      const report = toJson(examined, { file: this.#file, index, decoder: this.#parts.decoder, syntax });
      const entry = { report, ...logLinesOf(snapshot.evidence, lines) };
      this.#kept.push({ entry, examined });
      return entry;
    } catch (error) {
      this.#kept.push(undefined);
      return { failed: failureOf(error).message, ...lineOf(snapshot.evidence) };
    }
  }

  /** What the command prints of a report. */
  text(index: number): string {
    const kept = this.#kept[index];
    return kept === undefined ? '' : toText(kept.entry.report, { width: 100 });
  }

  /** Memory as it is known at a position; no rows where there is no machine. */
  memory(index: number, position: number): readonly MemoryRow[] {
    const examined = this.#kept[index]?.examined;
    return (examined && memoryRows(examined, position)) ?? [];
  }

  /** What would have happened; undefined where there is no machine to run. */
  try(index: number, position: number, edits: readonly TrialEdit[]): TrialOutcome | undefined {
    const examined = this.#kept[index]?.examined;
    return examined && tryEdits(examined, this.#parts, position, edits);
  }

  /** All reports in one HTML file. */
  html(): string {
    return reportDocument(
      this.#file,
      this.#kept.flatMap((kept) => (kept === undefined ? [] : [kept.entry])),
      assets,
    );
  }
}

function lineOf(evidence: Parameters<typeof firstLineOf>[0]): { readonly line?: number } {
  const line = firstLineOf(evidence);
  return line === undefined ? {} : { line };
}
