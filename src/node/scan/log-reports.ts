// The reports of a log as they are found. A large log is looked through by a thread of its own, so that reports are replayed meanwhile.

import { type ParsedLog, readStretches } from '../../carriers/linux-log/read-region.ts';
import { isWorthAThread, logName, logPieces, sizeOfLog } from '../files/input.ts';
import { expectReports } from '../runtime/v8-flags.ts';
import { loadFastSearch } from './fast-search.ts';
import { createLogScan, type ScannedPart } from './log-scan.ts';
import type { StartedScan } from './start-scan.ts';

/** What a part of a log completed. */
export interface LogPart {
  readonly found: ParsedLog;
  /** Bytes read so far. */
  readonly done: number;
  /** Bytes in all; absent for a pipe. */
  readonly size?: number;
}

export interface ReadingOptions {
  /** A scan that was started early, of this log or of another. */
  readonly scan?: StartedScan | undefined;
  /** Done while the thread of a large log starts. */
  readonly meanwhile: () => Promise<unknown>;
}

/** The reports of one log. Throws ReplayError 'input/unreadable' with what to do. */
export async function* logReports(path: string, options: ReadingOptions): AsyncGenerator<LogPart> {
  const size = sizeOfLog(path);
  const progress = size === undefined ? {} : { size };
  let expectsMore = false;
  let reports = 0;
  for await (const { stretches, done } of isWorthAThread(size) ? threadParts(path, options) : scannedParts(path)) {
    // The log goes on behind reports.
    if (reports > 0 && !expectsMore) expectReports();
    expectsMore = reports > 0;
    const found = readStretches(stretches);
    reports += found.reports.length;
    yield { found, done, ...progress };
  }
}

async function* threadParts(path: string, { scan, meanwhile }: ReadingOptions): AsyncGenerator<ScannedPart> {
  const started = scan?.path === path ? scan : (await import('./start-scan.ts')).startScan(path);
  yield* started.parts(meanwhile);
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
