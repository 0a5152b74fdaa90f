// How a carrier says that its input is damaged or odd: as data in the result, never as an exception.

import type { Evidence } from './evidence.ts';

export type DiagnosticCode =
  /** A line inside a report that no rule understands. */
  | 'unknown-line'
  /** A value that is not the number its place asks for. */
  | 'bad-number'
  /** A field that its kind of report normally has. */
  | 'missing-field'
  /** Two places of one report give different values. */
  | 'conflicting-values'
  /** The log ends, or another report begins, in the middle of this one. */
  | 'truncated'
  /** The code line is shorter than its form, or has bytes that are no bytes. */
  | 'damaged-code'
  /** A value that the parser mended (joined a wrapped token, read O as 0) and how. */
  | 'repaired'
  /** A report of another architecture. */
  | 'foreign-architecture'
  /** A report that is not the first since boot. */
  | 'secondary-report'
  /** Lines that this program failed to read, through a mistake of its own. */
  | 'internal-error';

/** One remark on a log that is damaged or odd: it says what was found, where, and what was done about it. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly evidence: Evidence;
  /** One sentence: what, where, and what was done about it. */
  readonly message: string;
  /** The register whose value it is about: `eax`, `ss`, `cr2`. */
  readonly register?: string;
}
