// Entry of the parser: text of a log in, reports and diagnostics out. Never throws, whatever the text.

import { type ParsedLog, readRegions } from './read-region.ts';
import { createRegionReader } from './scan/find-regions.ts';

export type { ForeignReport, ParsedLog } from './read-region.ts';

export interface LogReader {
  /** The next piece of the text, cut anywhere; gives what was completed by it. */
  push(text: string): ParsedLog;
  /** The text is over; gives the rest. */
  end(): ParsedLog;
}

/** Reads a text that comes piece by piece. */
export function createLogReader(): LogReader {
  const reader = createRegionReader();
  return {
    push: (text) => readRegions(reader.push(text)),
    end: () => readRegions(reader.end()),
  };
}

/** All reports of a text that is at hand as a whole. */
export function parseLog(text: string): ParsedLog {
  const reader = createRegionReader();
  return readRegions([...reader.push(text), ...reader.end()]);
}
