// The golden text of a scenario: exactly what `replay oops.log` prints.

import type { GoldenPrinter } from '../scenario/run-scenario.ts';
import { toJson } from './json/json.ts';
import { toText } from './text/report.ts';

export const printGolden: GoldenPrinter = (file, reports, { decoder }) =>
  reports.map((report, index) => toText(toJson(report, { file, index, decoder }))).join('\n');
