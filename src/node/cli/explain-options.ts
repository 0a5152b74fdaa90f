// What `replay <log…>` can be asked for.

import type { ReportJson } from '../../frontends/json/contract/report.ts';
import type { Length, Section } from '../../frontends/text/style.ts';
import type { FileCode } from '../../reconstruction/file-code.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ColourChoice } from './output.ts';

/** What the files of `--binary` tell of reports. */
export interface GivenBinaries {
  /** The code of the function that EIP lies in. */
  codeFor(snapshot: Snapshot): FileCode | undefined;
  /** Adds lines of the source, and what the files were worth. */
  addTo(json: ReportJson, snapshot: Snapshot): ReportJson;
}

export interface ExplainOptions {
  readonly json: boolean;
  readonly syntax: 'att' | 'intel';
  /** False with `--no-lead-up`. */
  readonly leadUp: boolean;
  readonly length: Length;
  /** Of the text: these sections alone. */
  readonly only?: readonly Section[];
  /** The one report of each log that is explained, counted from 1. */
  readonly report?: number;
  readonly binaries?: GivenBinaries;
}

export interface CommandOptions extends ExplainOptions {
  readonly color: ColourChoice;
  /** Columns of the text; those of the terminal where it is not given. */
  readonly width?: number;
}

/** Those of a run without options. */
export const DEFAULT_OPTIONS = {
  json: false,
  syntax: 'att',
  leadUp: true,
  length: 'normal',
  color: 'auto',
} as const satisfies CommandOptions;
