// What every component of a report is given: the report, the lines of its log, where the reader stands, and how to move.

import type { ReportJson } from '../json/contract/report.ts';
import type { WalkAction, WalkState } from './walk-state.ts';

/** The lines of a log that a report was read from. */
export interface LogLines {
  /** The number of the first of them in its file, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** How many more lines the report has, which were left out. */
  readonly more?: number;
}

export interface View {
  /** Every text in it is visible. */
  readonly report: ReportJson;
  readonly log?: LogLines;
  readonly state: WalkState;
  /** The `id` of an element of this report, which has to be unique among several reports of one document. */
  readonly id: (name: string) => string;
  /** Absent where nothing can be walked: in a document without scripts. */
  readonly act?: (action: WalkAction) => void;
}

export interface Props {
  readonly view: View;
}

/** `f88a5aed` of `0xf88a5aed`. */
export function digits(number: string): string {
  return number.replace(/^0x/, '');
}

/** The address of some code, or what it is called where the log prints no address. */
export function codeName(code: { readonly address?: string | undefined; readonly place?: string | undefined }): string {
  return code.address === undefined ? (code.place ?? '') : digits(code.address);
}
