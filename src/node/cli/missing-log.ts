// What may have been meant by the name of a log that is not there.

import { existsSync } from 'node:fs';
import { COMMANDS } from './command-names.ts';

/** Most letters that a slip of the hand adds, loses or changes. */
const SLIP = 2;

/** The end of a message; empty for a log that is there. */
export function missingLogHint(path: string): string {
  if (existsSync(path)) return '';
  const meant = COMMANDS.find((command) => distance(path, command) <= SLIP);
  return meant === undefined
    ? '; `-` reads standard input, as in `dmesg | replay -`'
    : `; did you mean the command \`replay ${meant}\`?`;
}

/** Levenshtein's: letters added, lost or changed. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from.slice(0, to.length + SLIP + 1)].entries()) {
    const next = [i + 1];
    for (let k = 0; k < to.length; k++)
      next.push(Math.min((row[k + 1] ?? 0) + 1, (next[k] ?? 0) + 1, (row[k] ?? 0) + (letter === to[k] ? 0 : 1)));
    row = next;
  }
  return row[to.length] ?? 0;
}
