// Where a value was read: the lines of a log, or a range of a file. Whatever is built on a snapshot passes it on and does not look inside.

/** Lines of a text. They count from 1 in the file as the user sees it; `last` is included. */
export interface LineEvidence {
  readonly kind: 'lines';
  readonly first: number;
  readonly last: number;
  /** Characters of the line, from 1; `last` is included. Absent where the whole lines are meant. */
  readonly columns?: { readonly first: number; readonly last: number };
}

/** Bytes of a file that is no text. */
export interface FileRangeEvidence {
  readonly kind: 'file-range';
  readonly file: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** What the format calls the part that holds them: `NT_PRSTATUS`, `exception stream`. */
  readonly part?: string;
}

/** Where in the input something was read. */
export type Evidence = LineEvidence | FileRangeEvidence;

/** The first line of evidence in a text; undefined for any other. */
export function firstLineOf(evidence: Evidence): number | undefined {
  return evidence.kind === 'lines' ? evidence.first : undefined;
}

/** How many lines the evidence has; undefined where it is none of a text. */
export function lineCountOf(evidence: Evidence): number | undefined {
  return evidence.kind === 'lines' ? evidence.last - evidence.first + 1 : undefined;
}
