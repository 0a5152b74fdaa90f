// What a region of a log says: its decorations are taken off, its lines read and put together to reports.

import type { Diagnostic } from '../../snapshot/diagnostic.ts';
import { firstLineOf } from '../../snapshot/evidence.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ForeignArchitecture, ForeignReport, ForeignWriter, ParsedLog } from '../carrier.ts';
import { assembleReports, LONGEST_GAP } from './assembly/report-assembler.ts';
import { firstFact, type ReportDraft } from './assembly/report-draft.ts';
import { concludeKernelReport } from './conclusion/kernel-report.ts';
import { concludeUserFault } from './conclusion/user-report.ts';
import { evidenceOf, type LineRange } from './decorations/log-line.ts';
import { normalise } from './decorations/normalise.ts';
import { isWriter } from './grammar/foreign-dumps.ts';
import type { Region } from './scan/find-regions.ts';

export function readRegion(region: Region): ParsedLog {
  const { lines, diagnostics } = region;
  if (lines.length === 0) return { reports: [], foreign: [], diagnostics };
  try {
    return readLines(region);
  } catch (error) {
    const range = { first: lines[0]?.first ?? 1, last: lines.at(-1)?.last ?? 1 };
    return { reports: [], foreign: [], diagnostics: [failure(range, error), ...diagnostics] };
  }
}

function readLines({ lines, until = Number.POSITIVE_INFINITY, cutAt, diagnostics }: Region): ParsedLog {
  const noticed: Diagnostic[] = [];
  const { drafts, strays } = assembleReports(normalise(lines, (diagnostic) => noticed.push(diagnostic)));
  for (const stray of strays) noticed.push(stray);
  const reports: Snapshot[] = [];
  const foreign: ForeignReport[] = [];
  for (const draft of drafts) {
    if (draft.first >= until) continue;
    if (cutAt !== undefined && cutAt - draft.last <= LONGEST_GAP) draft.cutAt = cutAt;
    if (draft.failure !== undefined) noticed.push(failure(draft, draft.failure));
    else if (draft.foreign !== undefined) foreign.push(foreignReport(draft.foreign, draft.first));
    else
      try {
        reports.push(conclude(draft));
      } catch (error) {
        noticed.push(failure(draft, error));
      }
  }
  return {
    reports,
    foreign,
    diagnostics: [...noticed.filter(({ evidence }) => (firstLineOf(evidence) ?? 0) < until), ...diagnostics],
  };
}

function foreignReport(origin: ForeignArchitecture | ForeignWriter, line: number): ForeignReport {
  return isWriter(origin) ? { writer: origin, line } : { architecture: origin, line };
}

const LONGEST_REASON = 120;

/** What no rule foresaw costs the lines that show it, and nothing else. */
function failure({ first, last }: LineRange, error: unknown): Diagnostic {
  const reason = String(error).slice(0, LONGEST_REASON);
  const message = `lines ${first} to ${last} are left out: reading them failed through a mistake in this program (${reason}). Please report it`;
  return { code: 'internal-error', evidence: evidenceOf({ first, last }), message };
}

function conclude(draft: ReportDraft): Snapshot {
  const user = firstFact(draft, 'user-fault');
  return user ? concludeUserFault(draft, user) : concludeKernelReport(draft);
}

/** What several regions say, together. */
export function readRegions(regions: readonly Region[]): ParsedLog {
  const parts = regions.map(readRegion);
  return {
    reports: parts.flatMap(({ reports }) => reports),
    foreign: parts.flatMap(({ foreign }) => foreign),
    diagnostics: parts.flatMap(({ diagnostics }) => diagnostics),
  };
}
