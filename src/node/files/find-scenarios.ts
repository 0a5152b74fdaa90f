// Finds scenarios in directories.

import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { DEFAULT_LOG, SCENARIO_FILE } from '../../scenario/scenario-files.ts';

const DEPTH_LIMIT = 16;
const MARKS: ReadonlySet<string> = new Set([SCENARIO_FILE, DEFAULT_LOG]);

/**
 * Directories of scenarios at or under `path`, in the order of their names; a file of a scenario stands for it. A directory that cannot be
 * listed is among them: running it says why it cannot be run.
 */
export function findScenarios(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return existsSync(`${dirname(path)}/${SCENARIO_FILE}`) ? [dirname(path)] : [];
  const found: string[] = [];
  // Names as bytes: one that is no UTF-8 can be opened in no other way.
  const visit = (directory: Buffer, depth: number): void => {
    const entries = listed(directory);
    if (entries === undefined || entries.some(({ name }) => MARKS.has(name.toString('utf8')))) {
      found.push(directory.toString('utf8'));
      return;
    }
    if (depth === DEPTH_LIMIT) return;
    for (const entry of entries) {
      const name = entry.name.toString('utf8');
      if (!entry.isDirectory() || name.startsWith('.') || name === 'node_modules') continue;
      visit(Buffer.concat([directory, SLASH, entry.name]), depth + 1);
    }
  };
  visit(Buffer.from(path), 0);
  return found.map((directory) => normalize(directory)).sort();
}

const SLASH = Buffer.from('/');

function listed(directory: Buffer): readonly Dirent<Buffer>[] | undefined {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  } catch {
    return undefined;
  }
}
