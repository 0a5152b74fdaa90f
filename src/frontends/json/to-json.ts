// The JSON of an examined report, as the library gives it.

import type { Decoder, Syntax } from '../../decoder/decoder.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import { reportToJson } from './json.ts';

/** How `toJson` writes a report. */
export interface JsonOptions {
  /** The decoder of the parts that the report was examined with; it prints the instructions. */
  readonly decoder: Decoder;
  /** What the log is called: `report.file` of the result. Default: `<input>`. */
  readonly file?: string;
  /** Which report of the log it is, counted from 0: `report.index` of the result. Default: 0. */
  readonly index?: number;
  /** How instructions are written. Default: `att`. */
  readonly syntax?: Syntax;
}

/** An object of the schema `replay/1` (`replay-oops/schema/replay-1.json` in the package), which gives the meaning of every field. */
export interface ReportJson {
  readonly schema: 'replay/1';
  readonly [field: string]: unknown;
}

/**
 * Gives what `replay --json` prints for a report, as a plain object. Numbers of the machine are strings (`0xf88a5aed`); texts of the log
 * are exact, so they may hold control characters.
 */
export function toJson(report: ExaminedReport, options: JsonOptions): ReportJson {
  const { decoder, file = '<input>', index = 0, syntax = 'att' } = options;
  return { ...reportToJson({ ...report, file }, index, { decoder, syntax }), schema: 'replay/1' };
}
