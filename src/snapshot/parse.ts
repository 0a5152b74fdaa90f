// Entry of the parser: text of a log in, reports and diagnostics out. Never throws, whatever the text.

import type { Diagnostic } from './diagnostic.ts';
import type { Snapshot } from './snapshot.ts';

/** A crash report of another architecture: recognised so that the user can be told, never replayed. */
export interface ForeignReport {
  readonly architecture: 'x86-64' | 'arm' | 'arm64' | 'mips' | 'powerpc' | 'other';
  readonly line: number;
}

export interface ParsedLog {
  /** In the order of their first lines. */
  readonly reports: readonly Snapshot[];
  readonly foreign: readonly ForeignReport[];
  /** What was noticed outside every report. */
  readonly diagnostics: readonly Diagnostic[];
}

export function parseLog(_text: string): ParsedLog {
  return { reports: [], foreign: [], diagnostics: [] };
}
