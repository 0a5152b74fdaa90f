// Everything that is shown of one report.

import type { ExaminedReport } from '../examination/examined-report.ts';

export interface ReportView extends ExaminedReport {
  /** As the user named it; `<stdin>` for standard input. */
  readonly file: string;
}
