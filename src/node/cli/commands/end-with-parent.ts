// Ends this process when its parent is gone, however that ended and whatever this one is doing.

import { Worker } from 'node:worker_threads';

const WATCH_MS = 250;
/** A thread, since the main one is busy for as long as a scenario takes. */
const WATCH = `
  const { workerData: { parent, pause } } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  }, pause);
`;

export function endWithParent(): void {
  new Worker(WATCH, { eval: true, workerData: { parent: process.ppid, pause: WATCH_MS } }).unref();
}
