// Entry of the parser: text of a log in, reports and diagnostics out. Never throws, whatever the text.

import type { Diagnostic } from './diagnostic.ts';
import type { ForeignArchitecture } from './fact.ts';
import { concludeKernelReport } from './kernel-report.ts';
import { linesOf } from './log-line.ts';
import { normalise } from './normalise.ts';
import { assembleReports } from './report-assembler.ts';
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

export function parseLog(text: string): ParsedLog {
  const reports: Snapshot[] = [];
  const foreign: ForeignReport[] = [];
  for (const draft of assembleReports(normalise(linesOf(text))).drafts) {
    if (draft.foreign) {
      foreign.push({ architecture: draft.foreign, line: draft.first });
      continue;
    }
    const user = draft.facts.find(({ fact }) => fact.kind === 'user-fault');
    if (user?.fact.kind === 'user-fault')
      reports.push(concludeUserFault(draft, { fact: user.fact, lines: user.lines }));
    else reports.push(concludeKernelReport(draft));
  }
  return { reports, foreign, diagnostics: [] };
}
