// What page and worker say to each other. The worker works everything out; the page draws.

import type { Syntax } from '../decoder/decoder.ts';
import type { EmbeddedReport } from '../frontends/report/embedded.ts';
import type { MemoryRow } from './memory.ts';
import type { PageModules } from './runtime.ts';
import type { TrialOutcome } from './trial.ts';
import type { TrialEdit } from './trial-edit.ts';

/** A log as the page was given it. */
export interface GivenLog {
  /** What it is called where its reports are shown. */
  readonly file: string;
  readonly text: string;
}

/** What is asked of the worker; the answer has the same number. */
export type Question =
  | { readonly kind: 'examine'; readonly log: GivenLog; readonly syntax: Syntax }
  /** The text of a report, as the command prints it. */
  | { readonly kind: 'text'; readonly index: number }
  /** All reports in one HTML file. */
  | { readonly kind: 'html' }
  /** Memory as it is known at a position. */
  | { readonly kind: 'memory'; readonly index: number; readonly position: number }
  /** What would have happened with other values. */
  | { readonly kind: 'try'; readonly index: number; readonly position: number; readonly edits: readonly TrialEdit[] };

export type ToWorker =
  | { readonly kind: 'start'; readonly modules: PageModules }
  | { readonly kind: 'ask'; readonly number: number; readonly question: Question };

/** A report of a log that was examined, or why it could not be. */
export type Entry = EmbeddedReport | { readonly failed: string; readonly line?: number };

/** What a log says besides its reports. */
export interface Remarks {
  /** What was noticed outside of every report, and reports of other architectures. */
  readonly said: readonly { readonly line?: number; readonly message: string }[];
  /** Why there is no report at all. */
  readonly none?: string;
}

export type Answer =
  /** One of several: reports are shown as they are found. */
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'examined'; readonly remarks: Remarks }
  | { readonly kind: 'written'; readonly text: string }
  | { readonly kind: 'memory'; readonly rows: readonly MemoryRow[] }
  /** Absent where the report has no machine to run. */
  | { readonly kind: 'tried'; readonly outcome?: TrialOutcome }
  /** Another log was asked for meanwhile. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly message: string };

export interface FromWorker {
  readonly number: number;
  readonly answer: Answer;
}
