// Reads a log of any length piece by piece: skims over lines that cannot belong to a report, gathers the stretches around those
// that can, and hands each stretch to the grammar. Memory is bounded by the longest stretch, time by the length of the text.

import type { Diagnostic } from './diagnostic.ts';
import type { ForeignArchitecture } from './fact.ts';
import { concludeKernelReport } from './kernel-report.ts';
import type { LogLine } from './log-line.ts';
import { normalise } from './normalise.ts';
import { assembleReports, LONGEST_GAP } from './report-assembler.ts';
import type { ReportDraft } from './report-draft.ts';
import { createSkimmer } from './skimmer.ts';
import type { Snapshot } from './snapshot.ts';
import { concludeUserFault } from './user-report.ts';

/** A crash report of another architecture: recognised so that the user can be told, never replayed. */
export interface ForeignReport {
  readonly architecture: ForeignArchitecture;
  readonly line: number;
}

export interface ParsedLog {
  /** In the order of their first lines. */
  readonly reports: readonly Snapshot[];
  readonly foreign: readonly ForeignReport[];
  /** What was noticed outside every report. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LogReader {
  /** The next piece of the text, cut anywhere; gives what was completed by it. */
  push(text: string): ParsedLog;
  /** True where no report is going on: the text up to a few lines before the next sign of one may be left out. */
  isIdle(): boolean;
  /** Leaves out text with `lines` ends of lines. Only while idle. */
  skip(lines: number): void;
  /** The text is over; gives the rest. */
  end(): ParsedLog;
}

/** What the lines of a report of any era hold. Only such lines keep a stretch going. */
const REPORT_WORDS =
  /E(?:IP|[ABCD]X|SI)|RIP|e[abcd]x: |esi: |C(?:ode|all Trace|PU|R[02]|S)|Stack|[Oo]ops|BUG|WARNING|panic|segfault|general protection|trap|double fault|Process |Pid: |\[<[0-9a-f]{8}|\+0x|\+\d+\/\d+\]|Modules|Hardware name|\[ cut here|end trace|[Uu]nable|paging request|NULL pointer|printing|Trace; /;
/** A row of words of the stack, or of bytes of the code. */
const REPORT_ROW = / (?:[0-9a-f]{8} ){3}| (?:[0-9a-f]{2} ){7}/;
/** This many lines without one end a stretch: no report goes on behind them. */
const QUIET_LINES = LONGEST_GAP + 1;
/** In front of the first line of a report and behind its last one its own broken pieces may stand, other programs' lines between them. */
const KEPT_QUIET_LINES = 12;
const LONGEST_STRETCH_LINES = 1500;
const LONGEST_STRETCH_CHARACTERS = 2_000_000;

function isReportLine(text: string): boolean {
  return REPORT_WORDS.test(text) || REPORT_ROW.test(text);
}

interface Batch {
  readonly reports: Snapshot[];
  readonly foreign: ForeignReport[];
  readonly diagnostics: Diagnostic[];
}

function conclude(draft: ReportDraft, batch: Batch): void {
  if (draft.foreign) {
    batch.foreign.push({ architecture: draft.foreign, line: draft.first });
    return;
  }
  const user = draft.facts.find(({ fact }) => fact.kind === 'user-fault');
  batch.reports.push(
    user?.fact.kind === 'user-fault'
      ? concludeUserFault(draft, { fact: user.fact, lines: user.lines })
      : concludeKernelReport(draft),
  );
}

/** The line from which a full stretch is kept, because a report that begins there may go on; undefined where none does. */
function keepFrom(drafts: readonly ReportDraft[], lines: readonly LogLine[]): number | undefined {
  const start = lines[0]?.first ?? 0;
  const end = lines.at(-1)?.last ?? 0;
  const growing = drafts.filter((draft) => end - draft.last < QUIET_LINES).map((draft) => draft.first);
  const from = growing.length > 0 ? Math.min(...growing) : undefined;
  // A report that fills the whole stretch is given as it is.
  return from === undefined || from <= start ? undefined : from;
}

export function createLogReader(): LogReader {
  const skimmer = createSkimmer();
  let stretch: LogLine[] = [];
  let characters = 0;
  /** The lines of the stretch that have been looked at, and how many of them at their end are quiet. */
  let seen = 0;
  let quiet = 0;
  let active = true;

  /** Looks at the new lines from the last one backwards: what stands in front of a line of a report cannot make the end quiet. */
  function lookBack(): void {
    for (let i = stretch.length - 1; i >= seen; i--)
      if (isReportLine(stretch[i]?.text ?? '')) {
        quiet = stretch.length - 1 - i;
        seen = stretch.length;
        return;
      }
    quiet += stretch.length - seen;
    seen = stretch.length;
  }

  function give(lines: readonly LogLine[], batch: Batch, isFull: boolean): void {
    const { drafts, strays } = assembleReports(normalise(lines));
    const from = isFull ? keepFrom(drafts, stretch) : undefined;
    for (const draft of drafts) if (from === undefined || draft.first < from) conclude(draft, batch);
    for (const stray of strays) if (from === undefined || stray.lines.first < from) batch.diagnostics.push(stray);
    begin(from === undefined ? [] : stretch.filter((line) => line.first >= from));
  }

  function begin(lines: LogLine[]): void {
    stretch = lines;
    characters = lines.reduce((sum, line) => sum + line.text.length, 0);
    seen = lines.length;
    quiet = 0;
  }

  /** Without the quiet lines at both ends, which say only that no report goes on there. */
  function worthReading(): readonly LogLine[] {
    const first = stretch.findIndex(({ text }) => isReportLine(text));
    return stretch.slice(
      Math.max(0, first - KEPT_QUIET_LINES),
      Math.min(stretch.length, stretch.length - quiet + KEPT_QUIET_LINES),
    );
  }

  function take(line: LogLine, batch: Batch): void {
    stretch.push(line);
    characters += line.text.length;
    if (stretch.length - seen + quiet >= QUIET_LINES) lookBack();
    if (quiet >= QUIET_LINES) {
      give(worthReading(), batch, false);
      active = false;
    } else if (stretch.length >= LONGEST_STRETCH_LINES || characters >= LONGEST_STRETCH_CHARACTERS)
      give(stretch, batch, true);
  }

  function drain(batch: Batch, isLast: boolean): ParsedLog {
    for (;;) {
      if (!active) {
        if (!skimmer.skim(isLast)) break;
        begin([]);
        active = true;
      }
      const line = skimmer.nextLine(isLast);
      if (!line) break;
      take(line, batch);
    }
    if (isLast && stretch.length > 0) give(stretch, batch, false);
    batch.diagnostics.push(...skimmer.takeDiagnostics());
    return batch;
  }

  return {
    push(text) {
      skimmer.push(text);
      return drain({ reports: [], foreign: [], diagnostics: [] }, false);
    },
    isIdle: () => !active,
    skip: (lines) => skimmer.skip(lines),
    end() {
      return drain({ reports: [], foreign: [], diagnostics: [] }, true);
    },
  };
}
