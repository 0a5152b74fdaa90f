// The text of an examined report, as the library gives it.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { outletText } from '../painted-text.ts';
import { ansi, plain } from './paint.ts';
import { formatReport } from './report.ts';

/** How `toText` writes a report. */
export interface TextOptions {
  /** The decoder of the parts that the report was examined with; it prints the instructions. */
  readonly decoder: Decoder;
  /** What the log is called in the first line. Default: `<input>`. */
  readonly file?: string;
  /** How instructions are written. Default: `att`. */
  readonly syntax?: Syntax;
  /** Whether the text has the colours of a terminal (ANSI escape sequences). Default: false. */
  readonly colour?: boolean;
}

/**
 * Gives what `replay` prints for a report: lines of text that end with a line feed. Control characters of the log are shown as escapes
 * (`\x1b`), so the text is safe to print; it is not escaped for HTML.
 */
export function toText(report: ExaminedReport, options: TextOptions): string {
  const { decoder, file = '<input>', syntax = 'att', colour = false } = options;
  return outletText(formatReport({ ...report, file }, { decoder, syntax, paint: colour ? ansi : plain }));
}
