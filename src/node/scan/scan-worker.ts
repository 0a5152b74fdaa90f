// The thread that looks through a large log: see start-scan.ts, which starts it.

import { parentPort, workerData } from 'node:worker_threads';
import { isReplayError } from '../../machine/errors.ts';
import { logName, logPieces } from '../files/input.ts';
import { createLogScan } from './log-scan.ts';
import type { ScanMessage, ScanTask } from './start-scan.ts';

/** Parts that may wait to be taken: what is found is no longer than a report or two, and memory stays bounded in a log full of them. */
const MOST_WAITING = 32;

const { path, search, taken } = workerData as ScanTask;
let told = 0;

function tell(message: ScanMessage): void {
  parentPort?.postMessage(message);
  told++;
  for (let seen = Atomics.load(taken, 0); told - seen > MOST_WAITING; seen = Atomics.load(taken, 0))
    Atomics.wait(taken, 0, seen);
}

try {
  const scan = createLogScan(logName(path), () => search);
  for (const length of logPieces(path, scan.room) as Iterable<number>) {
    const part = scan.take(length);
    if (part) tell({ kind: 'part', part });
  }
  tell({ kind: 'end', part: scan.end() });
} catch (error) {
  if (!isReplayError(error)) throw error;
  const { code, context } = error;
  tell({ kind: 'refused', code, context });
}
