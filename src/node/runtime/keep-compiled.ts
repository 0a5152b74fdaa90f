// Writes compiled forms for later runs, after all that a run has to say. A folder that cannot be written costs speed and nothing else.

import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../files/write-aside.ts';
import { isSafe, LARGEST_FORM } from './compiled-places.ts';

/** Nodes and places of the package that one user can alternate between. */
const ENTRIES = 8;
/** How long a file that a killed process left may lie, in milliseconds. */
const ABANDONED = 3_600_000;

/** Keeps `content` in the user's folder, and removes the oldest of too many others. Never throws. */
export function keepInUserFolder(folder: string, name: string, content: Uint8Array): void {
  if (content.length > LARGEST_FORM) return;
  try {
    const before = lstatSync(folder, { throwIfNoEntry: false });
    if (before === undefined) makeFolder(folder);
    else if (!before.isDirectory() || !isSafe(before)) return;
    // A file that was not trusted would pass on its owner and mode.
    rmSync(join(folder, name), { force: true });
    replaceFile(folder, name, content, 0o600, true);
    removeOld(folder);
  } catch {
    // A full disk, a read-only home, another process that was quicker: the next run tries again.
  }
}

/** Base directory specification: a cache folder that is missing is made, for its user alone. */
function makeFolder(folder: string): void {
  const base = dirname(folder);
  if (lstatSync(base, { throwIfNoEntry: false }) === undefined) mkdirSync(base, { mode: 0o700 });
  mkdirSync(folder, { mode: 0o700 });
}

function removeOld(folder: string): void {
  const entries = readdirSync(folder).flatMap((name) => {
    const status = lstatSync(join(folder, name), { throwIfNoEntry: false });
    return status?.isFile() ? [{ name, time: status.mtimeMs }] : [];
  });
  const kept = entries.filter(({ name }) => name.endsWith('.compiled')).sort((a, b) => b.time - a.time);
  const abandoned = entries.filter(({ name, time }) => name.endsWith('.tmp') && Date.now() - time > ABANDONED);
  for (const { name } of [...kept.slice(ENTRIES), ...abandoned]) rmSync(join(folder, name), { force: true });
}
