// What a stretch of a log says: its decorations are taken off, its lines read and put together to reports.

import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ForeignArchitecture } from './assembly/fact.ts';
import { assembleReports } from './assembly/report-assembler.ts';
import { firstFact, type ReportDraft } from './assembly/report-draft.ts';
import { concludeKernelReport } from './conclusion/kernel-report.ts';
import { concludeUserFault } from './conclusion/user-report.ts';
import { normalise } from './decorations/normalise.ts';
import type { Stretch } from './scan/find-regions.ts';

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

export function readStretch({ lines, until = Number.POSITIVE_INFINITY, diagnostics }: Stretch): ParsedLog {
  if (lines.length === 0) return { reports: [], foreign: [], diagnostics };
  const { drafts, strays } = assembleReports(normalise(lines));
  const over = drafts.filter((draft) => draft.first < until);
  return {
    reports: over.filter(({ foreign }) => foreign === undefined).map(conclude),
    foreign: over.flatMap(({ foreign, first }) => (foreign ? [{ architecture: foreign, line: first }] : [])),
    diagnostics: [...strays.filter((stray) => stray.lines.first < until), ...diagnostics],
  };
}

function conclude(draft: ReportDraft): Snapshot {
  const user = firstFact(draft, 'user-fault');
  return user ? concludeUserFault(draft, user) : concludeKernelReport(draft);
}

/** What several stretches say, together. */
export function readStretches(stretches: readonly Stretch[]): ParsedLog {
  const parts = stretches.map(readStretch);
  return {
    reports: parts.flatMap(({ reports }) => reports),
    foreign: parts.flatMap(({ foreign }) => foreign),
    diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
  };
}
