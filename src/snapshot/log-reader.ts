// Reads a log of any length piece by piece: skims over lines that cannot belong to a report, gathers the stretches around those
// that can, and hands each stretch to the grammar. Memory is bounded by the longest stretch, time by the length of the text.

import type { Diagnostic } from './diagnostic.ts';
import type { ForeignArchitecture } from './fact.ts';
import { concludeKernelReport } from './kernel-report.ts';
import type { LogLine } from './log-line.ts';
import { normalise } from './normalise.ts';
import { assembleReports } from './report-assembler.ts';
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

/** A line of a report, of any era. Only such lines keep a stretch going. */
const REPORT_LINE =
  /EIP|RIP|E[ABCD]X|ESI|e[abcd]x: |esi: |C(?:ode|all Trace|PU|R[02]|S)|Stack|[Oo]ops|BUG|WARNING|panic|segfault|general protection|trap|double fault|Process |Pid: |\[<[0-9a-f]{8}|\+0x|\+\d+\/\d+\]|Modules|Hardware name|\[ cut here|end trace|(?:[0-9a-f]{8} ){4}|(?:[0-9a-f]{2} ){8}|[Uu]nable|paging request|NULL pointer|printing|Trace; /;
/** This many lines without one end a stretch. It is more than the gap that the assembler allows inside a report. */
const QUIET_LINES = 160;
/** Behind the last line of a report its own broken pieces may follow. */
const KEPT_QUIET_LINES = 40;
const LONGEST_STRETCH_LINES = 1500;
const LONGEST_STRETCH_CHARACTERS = 2_000_000;

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
  let quiet = 0;
  let active = true;

  function give(batch: Batch, isFull: boolean): void {
    // The quiet lines at the end have told that the stretch is over; that is all that they have to tell.
    const told = stretch.slice(0, stretch.length - Math.max(0, quiet - KEPT_QUIET_LINES));
    const { drafts, strays } = assembleReports(normalise(told));
    const from = isFull ? keepFrom(drafts, stretch) : undefined;
    for (const draft of drafts) if (from === undefined || draft.first < from) conclude(draft, batch);
    for (const stray of strays) if (from === undefined || stray.lines.first < from) batch.diagnostics.push(stray);
    stretch = from === undefined ? [] : stretch.filter((line) => line.first >= from);
    characters = stretch.reduce((sum, line) => sum + line.text.length, 0);
    quiet = 0;
  }

  function take(line: LogLine, batch: Batch): void {
    stretch.push(line);
    characters += line.text.length;
    quiet = REPORT_LINE.test(line.text) ? 0 : quiet + 1;
    if (quiet >= QUIET_LINES) {
      give(batch, false);
      active = false;
    } else if (stretch.length >= LONGEST_STRETCH_LINES || characters >= LONGEST_STRETCH_CHARACTERS) give(batch, true);
  }

  function drain(batch: Batch, isLast: boolean): ParsedLog {
    for (;;) {
      if (!active) {
        if (!skimmer.skim(isLast)) break;
        stretch = [];
        characters = 0;
        quiet = 0;
        active = true;
      }
      const line = skimmer.nextLine(isLast);
      if (!line) break;
      take(line, batch);
    }
    if (isLast && stretch.length > 0) give(batch, false);
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
