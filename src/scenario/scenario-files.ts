// Finds scenarios in directories and reads their files. Nothing outside a scenario's directory is opened.

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

export const SCENARIO_FILE = 'scenario.yaml';
export const DEFAULT_LOG = 'oops.log';
/** A log that is kept in a repository is far smaller. */
const FILE_LIMIT = 16 << 20;
const DEPTH_LIMIT = 16;

/** Directories of scenarios at or under `path`, in the order of their names; a file of a scenario stands for it. */
export function findScenarios(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return existsSync(join(dirname(path), SCENARIO_FILE)) ? [dirname(path)] : [];
  const found: string[] = [];
  const visit = (directory: string, depth: number) => {
    const entries = readdirSync(directory, { withFileTypes: true });
    if (entries.some(({ name }) => name === SCENARIO_FILE || name === DEFAULT_LOG)) {
      found.push(directory);
      return;
    }
    if (depth === DEPTH_LIMIT) return;
    for (const entry of entries) {
      const isHidden = entry.name.startsWith('.') || entry.name === 'node_modules';
      if (entry.isDirectory() && !isHidden) visit(join(directory, entry.name), depth + 1);
    }
  };
  visit(path, 0);
  return found.sort();
}

export type FileText =
  | { readonly text: string }
  /** `isMissing`: there is no such file, and there may be one. */
  | { readonly problem: string; readonly isMissing?: true };

/** The text of a file of the scenario in `directory`. */
export function scenarioText(directory: string, name: string): FileText {
  const path = join(directory, name);
  if (isAbsolute(name) || isOutside(directory, path)) {
    return {
      problem: `\`${name}\` lies outside the directory of the scenario; copy the file into it`,
    };
  }
  if (!existsSync(path)) {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
      ? { problem: `\`${name}\` is a link that leads nowhere; copy the file into the directory of the scenario` }
      : { isMissing: true, problem: `there is no file \`${name}\` in the directory of the scenario` };
  }
  if (isOutside(realpathSync(directory), realpathSync(path))) {
    return { problem: `\`${name}\` is a link out of the directory of the scenario; copy the file into it` };
  }
  const status = statSync(path);
  if (!status.isFile()) return { problem: `\`${name}\` is not a file` };
  if (status.size > FILE_LIMIT) return { problem: `\`${name}\` is larger than ${FILE_LIMIT >> 20} MiB` };
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { problem: `\`${name}\` cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function isOutside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}
