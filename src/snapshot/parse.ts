// Entry of the parser: text of a log in, reports and diagnostics out. Never throws, whatever the text.

import { createLogReader, type ParsedLog } from './log-reader.ts';

export type { ForeignReport, ParsedLog } from './log-reader.ts';
export { createLogReader } from './log-reader.ts';

/** All reports of a text that is at hand as a whole; `createLogReader` reads one that is not. */
export function parseLog(text: string): ParsedLog {
  const reader = createLogReader();
  const first = reader.push(text);
  const rest = reader.end();
  return {
    reports: [...first.reports, ...rest.reports],
    foreign: [...first.foreign, ...rest.foreign],
    diagnostics: [...first.diagnostics, ...rest.diagnostics],
  };
}
