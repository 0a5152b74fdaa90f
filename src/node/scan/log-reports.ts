// The reports of a log as they are found. A large log is looked through by a thread of its own, so that reports are replayed meanwhile.

import { type ParsedLog, readRegions } from '../../carriers/linux-log/read-region.ts';
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
  for await (const { regions, done } of isWorthAThread(size) ? threadParts(path) : scannedParts(path)) {
    yield { found: readRegions(regions), done, ...progress };
  }
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
      const part = scan.take(length);
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
