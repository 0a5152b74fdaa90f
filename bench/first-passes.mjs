// Prints how many milliseconds it takes to load the library, and then the first two passes over a log, everything loaded: all of it (parse,
// replay, explain), and without the parsing.

import { readFileSync } from 'node:fs';

const begun = performance.now();
const { examine, loadParts, readLog } = await import('../dist/lib/node.js');
const loading = performance.now() - begun;
const text = readFileSync(process.argv[2], 'latin1');
const parts = await loadParts();
const times = [0, 1].map(() => {
  const started = performance.now();
  const { reports } = readLog(text);
  const parsed = performance.now();
  for (const snapshot of reports) examine(snapshot, parts, { leadUp: 'none' });
  const ended = performance.now();
  return [ended - started, ended - parsed];
});
console.log(JSON.stringify({ loading, times }));
