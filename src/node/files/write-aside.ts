// Writes files and directories as a whole or not at all: under another name in the same directory first, then renamed. A full disk, a
// limit or a refused rename leaves what was there before.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { kindOf } from './bounded-read.ts';
import { inDirectory } from './held-directory.ts';
import { codeOf, FileProblem } from './system-reason.ts';

const NEW_FILE = 0o666;
let serial = 0;

/** Replaces or creates the file that a user named; a link is followed. Throws FileProblem or the error of the system. */
export function writeAside(path: string, content: string | Uint8Array, mode?: number): void {
  const target = linkedTarget(path);
  inDirectory(dirname(target), (base) => replaceFile(base, basename(target), content, mode));
}

/**
 * The same for a name in a directory; a link there is refused. What is `spared` may be lost or cut off by a loss of power, and is not waited for:
 * its reader has to see whether it is whole.
 */
export function replaceFile(
  directory: string,
  name: string,
  content: string | Uint8Array,
  mode?: number,
  spared = false,
): void {
  const target = join(directory, name);
  const before = lstatSync(target, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile()) throw new FileProblem(kindOf(before));
  const aside = join(directory, asideName());
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const descriptor = openSync(aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode ?? NEW_FILE);
  try {
    try {
      if (before !== undefined) keepOwnerAndMode(descriptor, before);
      writeFileSync(descriptor, content);
      // Some file systems tell only now that the disk is full.
      if (!spared) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(aside, target);
  } catch (error) {
    quietly(() => unlinkSync(aside));
    throw error;
  }
}

/** Creates a directory with files, and the directories it lies in. Throws the error of the system; then none of them is left. */
export function createDirectory(path: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const target = resolve(path);
  const parent = dirname(target);
  const made = makeDirectories(parent);
  const aside = join(parent, asideName());
  try {
    mkdirSync(aside);
    for (const [name, content] of files) replaceFile(aside, name, content);
    if (lstatSync(target, { throwIfNoEntry: false })) throw new FileProblem('it exists already');
    renameSync(aside, target);
  } catch (error) {
    quietly(() => rmSync(aside, { recursive: true, force: true }));
    for (const directory of [...made].reverse()) quietly(() => rmdirSync(directory));
    throw error;
  }
}

/**
 * Makes the directories of a path that are missing and gives them, outermost first. One at a time: `recursive` of Node tries for ever
 * where a file system has the parent and refuses the child with ENOENT, as /proc does.
 */
export function makeDirectories(path: string): readonly string[] {
  const missing: string[] = [];
  let at = resolve(path);
  for (; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.unshift(at);
  const made: string[] = [];
  try {
    for (const directory of missing) {
      mkdirSync(directory);
      made.push(directory);
    }
  } catch (error) {
    for (const directory of made.reverse()) quietly(() => rmdirSync(directory));
    throw error;
  }
  return made;
}

/** Hidden, short, and not there yet. */
function asideName(): string {
  return `.replay-${process.pid}-${Date.now().toString(36)}-${serial++}.tmp`;
}

function linkedTarget(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    if (lstatSync(path, { throwIfNoEntry: false })) throw new FileProblem('it is a link that leads nowhere');
    return resolve(path);
  }
}

function keepOwnerAndMode(descriptor: number, { uid, gid, mode }: { uid: number; gid: number; mode: number }): void {
  fchmodSync(descriptor, mode & 0o7777);
  // Only a privileged user can; the file is then that of whoever replaced it.
  if (uid !== process.getuid?.() || gid !== process.getgid?.()) quietly(() => fchownSync(descriptor, uid, gid));
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The error that led here is the one to tell.
  }
}
