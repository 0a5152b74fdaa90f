// The reports of a log as they are found. The bytes go from the system to where they are searched without a copy between.

import { StringDecoder } from 'node:string_decoder';
import { setFlagsFromString } from 'node:v8';
import { ReplayError } from '../machine/errors.ts';
import { type ByteLogReader, createByteLogReader, createSignSearch } from '../snapshot/byte-log-reader.ts';
import type { ByteSearch } from '../snapshot/byte-search.ts';
import type { ParsedLog } from '../snapshot/parse.ts';
import { encodingOf, logName, logPieces } from './input.ts';

/** What a part of a log completed. */
export interface LogPart {
  readonly found: ParsedLog;
  /** Bytes read so far. */
  readonly done: number;
  /** Bytes in all; absent for a pipe. */
  readonly size?: number;
}

/** The first piece tells how to read the rest. */
const FIRST_BYTES = 65_536;
/** A part that completed nothing is given all the same after so many bytes, for whoever shows the progress. */
const PART_BYTES = 1 << 23;
/** V8's own value, which the launcher raises for logs with one report. By then every compiled form that depends on the flags is loaded. */
const COMPILE_SOON = '--baseline-batch-compilation-threshold=4096';

/** The reports of one log. Throws ReplayError 'input/unreadable' with what to do. */
export async function* logReports(path: string): AsyncGenerator<LogPart> {
  const name = logName(path);
  const first = Buffer.allocUnsafe(FIRST_BYTES);
  let reader: ByteLogReader | undefined;
  let done = 0;
  let told = 0;
  let isLong = false;

  function take(length: number): ParsedLog {
    done += length;
    if (reader) return reader.take(length);
    const bytes = first.subarray(0, length);
    const encoding = encodingOf(bytes, name);
    reader = createByteLogReader(new StringDecoder(encoding), encoding === 'utf8' ? fastSignSearch : undefined);
    reader.room().set(bytes);
    return reader.take(length);
  }

  /** Called where the log goes on behind reports: more of them are likely, and what one calls is worth compiling for the next. */
  function expectMore({ reports }: ParsedLog): void {
    if (reports.length === 0 || isLong) return;
    isLong = true;
    setFlagsFromString(COMPILE_SOON);
  }

  function isWorthTelling({ reports, foreign, diagnostics }: ParsedLog): boolean {
    if (reports.length + foreign.length + diagnostics.length === 0 && done - told < PART_BYTES) return false;
    told = done;
    return true;
  }

  const pieces = logPieces(path, () => reader?.room() ?? first);
  if (Symbol.asyncIterator in pieces) {
    for await (const { length } of pieces) {
      const found = take(length);
      if (isWorthTelling(found)) yield { found, done };
      expectMore(found);
    }
  } else {
    // Its pieces are there at once: waiting for each would take longer than the search.
    for (const { length, size } of pieces) {
      const found = take(length);
      if (isWorthTelling(found)) yield { found, done, ...(size !== undefined && { size }) };
      expectMore(found);
    }
  }
  if (reader === undefined) throw new ReplayError('input/unreadable', { path: name, reason: 'it is empty' });
  yield { found: reader.end(), done };
}

/** The search, compiled as well as V8 can: the command asks for quick compilation, which pays only for what runs once. */
function fastSignSearch(): ByteSearch | undefined {
  // In this order: `--liftoff-only` implies `--liftoff`.
  setFlagsFromString('--no-liftoff-only');
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return createSignSearch();
  } catch (error) {
    // A processor without SSE4.1 has no vectors in WebAssembly; what follows is only slower.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  } finally {
    setFlagsFromString('--liftoff');
    setFlagsFromString('--liftoff-only');
    setFlagsFromString('--wasm-lazy-compilation');
  }
}
