// Names that a scenario gives, resolved inside its directory: links at every parent included, for files that exist and for those to come.

import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { codeOf, systemReason } from './system-reason.ts';

export interface ConfinedPath {
  /** Real path of the directory that holds it: inside the root, or the root. */
  readonly parent: string;
  readonly name: string;
  readonly exists: boolean;
}

/** `root` is a real path. The problem begins with the name. */
export function confine(root: string, name: string): ConfinedPath | { readonly problem: string } {
  const told = `\`${name}\``;
  const out = { problem: `${told} is a link out of the directory of the scenario; copy the file into it` };
  if (name.includes('\0')) return { problem: `${told} has a NUL byte in it; write a name without` };
  const path = resolve(root, name);
  if (isAbsolute(name) || isOutside(root, path)) {
    return { problem: `${told} lies outside the directory of the scenario; copy the file into it` };
  }
  if (path === root) return { problem: `${told} is the directory of the scenario; name a file in it` };
  try {
    const real = realpathSync(path);
    return isOutside(root, real) ? out : { parent: dirname(real), name: basename(real), exists: true };
  } catch (error) {
    const isDangling = codeOf(error) === 'ELOOP' || isLink(path);
    if (isDangling) {
      return { problem: `${told} is a link that leads nowhere; copy the file into the directory of the scenario` };
    }
    if (codeOf(error) !== 'ENOENT') return { problem: `${told} cannot be used: ${systemReason(error)}` };
  }
  const parent = realParent(path);
  if (parent === undefined) {
    return { problem: `${told} lies in a directory that is not there; create \`${relative(root, dirname(path))}\`` };
  }
  return isOutside(root, parent) ? out : { parent, name: basename(path), exists: false };
}

export function isOutside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

export function isSamePath(one: ConfinedPath, other: ConfinedPath): boolean {
  const [a, b] = [one, other].map(({ parent, name }) => join(parent, name)) as [string, string];
  if (a === b) return true;
  const [x, y] = [a, b].map((path) => lstatSync(path, { throwIfNoEntry: false, bigint: true }));
  return x !== undefined && y !== undefined && x.dev === y.dev && x.ino === y.ino;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

function realParent(path: string): string | undefined {
  try {
    return realpathSync(dirname(path));
  } catch {
    return undefined;
  }
}
