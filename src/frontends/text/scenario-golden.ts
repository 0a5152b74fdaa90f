// The golden text of a scenario: exactly what `replay oops.log` prints.

import type { GoldenPrinter } from '../../scenario/run-scenario.ts';
import { outletText } from '../painted-text.ts';
import { plain } from './paint.ts';
import { formatReport } from './report.ts';

export const printGolden: GoldenPrinter = (fileName, reports, { decoder }) =>
  reports
    .map((report) => outletText(formatReport({ file: fileName, ...report }, { decoder, syntax: 'att', paint: plain })))
    .join('\n');
