// Prints how many milliseconds the first two passes over a log take in this process, everything loaded: parse, replay, explain.

import { readFileSync } from 'node:fs';
import { explain, loadParts, parseLog, replaySnapshot } from '../dist/lib/index.js';

const text = readFileSync(process.argv[2], 'latin1');
const parts = await loadParts();
const times = [0, 1].map(() => {
  const started = performance.now();
  for (const snapshot of parseLog(text).reports) explain(snapshot, replaySnapshot(snapshot, parts));
  return performance.now() - started;
});
console.log(JSON.stringify(times));
