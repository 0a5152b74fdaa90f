// The reports of a log as they are found. A large log is looked through by a thread of its own, so that reports are replayed meanwhile.

import { ALL_CARRIERS } from '../../carriers/all-carriers.ts';
import type { ParsedLog } from '../../carriers/carrier.ts';
import { isWorthAThread, logName, logPieces, sizeOfLog } from '../files/input.ts';
import { loadFastSearch } from './fast-search.ts';
import { createLogScan, type ScannedPart } from './log-scan.ts';

/** What a part of a log completed. */
export interface LogPart {
  readonly found: ParsedLog;
  /** Bytes read so far. */
  readonly done: number;
  /** Bytes in all; absent for a pipe. */
  readonly size?: number;
}

/** The reports of one log. Throws ReplayError 'input/unreadable' with what to do. */
export async function* logReports(path: string): AsyncGenerator<LogPart> {
  const size = sizeOfLog(path);
  const progress = size === undefined ? {} : { size };
  for await (const part of isWorthAThread(size) ? threadParts(path) : scannedParts(path)) {
    yield { found: readPart(part), done: part.done, ...progress };
  }
}

/** The regions came from a carrier of the same table, perhaps on another thread. */
function readPart({ carrier, regions }: ScannedPart): ParsedLog {
  const reader = ALL_CARRIERS.find(({ name }) => name === carrier);
  return reader?.read(regions) ?? { reports: [], foreign: [], diagnostics: [] };
}

async function* threadParts(path: string): AsyncGenerator<ScannedPart> {
  const { scanOnThread } = await import('./start-scan.ts');
  yield* scanOnThread(path);
}

async function* scannedParts(path: string): AsyncGenerator<ScannedPart> {
  const scan = createLogScan(logName(path), () => loadFastSearch());
  const pieces = logPieces(path, scan.room);
  if (Symbol.asyncIterator in pieces) {
    for await (const length of pieces) {
      const part = typeof length === 'string' ? scan.pause(length) : scan.take(length);
      if (part) yield part;
    }
  } else {
    // They are there at once: waiting for each would take longer than the search.
    for (const length of pieces) {
      const part = scan.take(length);
      if (part) yield part;
    }
  }
  yield scan.end();
}
