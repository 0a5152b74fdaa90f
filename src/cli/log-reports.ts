// The reports of a log as they are found. A large log is looked through by a thread of its own, so that reports are replayed meanwhile.

import { setFlagsFromString } from 'node:v8';
import { compileSignSearch } from '../snapshot/byte-log-reader.ts';
import { type ParsedLog, readStretches } from '../snapshot/read-stretch.ts';
import { logName, logPieces, sizeOfLog } from './input.ts';
import { createLogScan, type ScannedPart } from './log-scan.ts';

/** What a part of a log completed. */
export interface LogPart {
  readonly found: ParsedLog;
  /** Bytes read so far. */
  readonly done: number;
  /** Bytes in all; absent for a pipe. */
  readonly size?: number;
}

/** To look through fewer bytes takes less time than a thread needs to start. */
const WORTH_A_THREAD = 1 << 27;
/** V8's own value, which the launcher raises for logs with one report. By then every compiled form that depends on the flags is loaded. */
const COMPILE_SOON = '--baseline-batch-compilation-threshold=4096';

/** The reports of one log. Throws ReplayError 'input/unreadable' with what to do. */
export async function* logReports(path: string): AsyncGenerator<LogPart> {
  const size = sizeOfLog(path);
  const progress = size === undefined ? {} : { size };
  let isLong = false;
  for await (const { stretches, done } of scannedParts(path, size)) {
    const found = readStretches(stretches);
    yield { found, done, ...progress };
    // The log goes on behind reports: more of them are likely, and what one calls is worth compiling for the next.
    if (found.reports.length > 0 && !isLong) setFlagsFromString(COMPILE_SOON);
    isLong ||= found.reports.length > 0;
  }
}

async function* scannedParts(path: string, size: number | undefined): AsyncGenerator<ScannedPart> {
  if (size !== undefined && size >= WORTH_A_THREAD) {
    const { scanOnThread } = await import('./scan-thread.ts');
    yield* scanOnThread(path, compileFast());
    return;
  }
  const scan = createLogScan(logName(path), compileFast);
  const pieces = logPieces(path, scan.room);
  if (Symbol.asyncIterator in pieces) {
    for await (const { length } of pieces) {
      const part = scan.take(length);
      if (part) yield part;
    }
  } else {
    // They are there at once: waiting for each would take longer than the search.
    for (const { length } of pieces) {
      const part = scan.take(length);
      if (part) yield part;
    }
  }
  yield scan.end();
}

/** The search, compiled as well as V8 can: the command asks for quick compilation, which pays only for what runs once. */
function compileFast(): WebAssembly.Module | undefined {
  // In this order: `--liftoff-only` implies `--liftoff`.
  setFlagsFromString('--no-liftoff-only');
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return compileSignSearch();
  } catch (error) {
    // A processor without SSE4.1 has no vectors in WebAssembly; what follows is only slower.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  } finally {
    setFlagsFromString('--liftoff');
    setFlagsFromString('--liftoff-only');
  }
}
