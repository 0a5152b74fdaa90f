// Looks through a large log on a thread of its own (scan-worker.ts); what is found arrives here in order. A bundle by itself, which only
// large logs load.

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, ReplayError } from '../../machine/errors.ts';
import { loadFastSearch } from './fast-search.ts';
import type { ScannedPart } from './log-scan.ts';

/** What the thread is started with. */
export interface ScanTask {
  readonly path: string;
  /** For `startSignSearch`; absent where the system cannot run it. */
  readonly search?: WebAssembly.Module;
  /** Counts the parts that were taken out of the queue. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

/** What it says. */
export type ScanMessage =
  | { readonly kind: 'part'; readonly part: ScannedPart }
  | { readonly kind: 'end'; readonly part: ScannedPart }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly context: Readonly<Record<string, string>> };

/** Beside the bundle of the command. */
const WORKER_FILE = join(import.meta.dirname, 'scan-worker.js');

/** What is found. Throws ReplayError 'input/unreadable' where the log cannot be read. */
export async function* scanOnThread(path: string): AsyncGenerator<ScannedPart> {
  const search = loadFastSearch();
  const taken = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const task: ScanTask = { path, taken, ...(search && { search }) };
  const worker = new Worker(WORKER_FILE, { workerData: task });
  const queue: ScanMessage[] = [];
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const arrived = (message: ScanMessage): void => {
    queue.push(message);
    wake();
  };
  const failed = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error));
    wake();
  };
  worker.on('message', arrived);
  worker.on('error', failed);
  worker.on('exit', () => failed('the thread that reads the log ended early'));
  try {
    for (;;) {
      const message = queue.shift();
      if (message === undefined) {
        if (failure) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if (message.kind === 'refused') throw new ReplayError(message.code, message.context);
      yield message.part;
      if (message.kind === 'end') return;
      Atomics.add(taken, 0, 1);
      Atomics.notify(taken, 0);
    }
  } finally {
    worker.removeAllListeners();
    void worker.terminate();
  }
}
