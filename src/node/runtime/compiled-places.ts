// Where the compiled form of a script may lie: beside it, where the build of a checkout writes it, or in the user's cache folder, where the
// first run of an installed package does. The hash in the file tells accidents only: forgery is kept out by whose the file is.

import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** Of a compiled form in the user's folder, in bytes; four times what the command needs. */
export const LARGEST_FORM = 4 << 20;
const OTHERS_MAY_WRITE = 0o022;

export function besideScript(script: string): string {
  return `${script}.compiled`;
}

/** The folder of this user, which may not be there yet, and nor may the cache folder it lies in; undefined where nothing may be kept. */
export function userFolder(): string | undefined {
  const { REPLAY_NO_CACHE, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME = '', HOME = '' } = process.env;
  if (REPLAY_NO_CACHE || NODE_DISABLE_COMPILE_CACHE) return undefined;
  // Base directory specification: a path that is not absolute counts as absent.
  const home = isAbsolute(HOME) ? HOME : undefined;
  const base = isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : home && join(home, '.cache');
  // Under sudo, HOME can be that of another user, who would then find files of root there.
  if (base === undefined || (home !== undefined && !isOwn(statOf(home)))) return undefined;
  const status = statOf(base) ?? statOf(dirname(base));
  return status?.isDirectory() && isSafe(status) ? join(base, 'replay-oops') : undefined;
}

/** One name for each Node and place of the script: a new version of the package replaces what an old one kept. */
export function nameInUserFolder(script: string, node: string): string {
  return `${process.version}-${shortHash(`${node}\n${script}`)}.compiled`;
}

/** The content of a file in the user's folder, if nobody but this user can have written it. */
export function readOwn(folder: string, name: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    const directory = lstatSync(folder, { throwIfNoEntry: false });
    if (!directory?.isDirectory() || !isSafe(directory)) return undefined;
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    descriptor = openSync(join(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (!status.isFile() || !isSafe(status) || status.size > LARGEST_FORM) return undefined;
    return readFileSync(descriptor);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** This user's, and nobody else may write it. False where the system has no such users. */
export function isSafe(status: Stats): boolean {
  return isOwn(status) && (status.mode & OTHERS_MAY_WRITE) === 0;
}

function isOwn(status: Stats | undefined): boolean {
  const user = process.geteuid?.();
  return user !== undefined && user === process.getuid?.() && status?.uid === user;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** FNV-1a, twice with 32 bits: a name only, as what has it is checked by another hash. */
function shortHash(text: string): string {
  let [a, b] = [0x811c_9dc5, 0x050c_5d1f];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x0100_0193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x0100_01b3);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
