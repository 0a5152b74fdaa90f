// Watches trees of directories, one watch for each directory: a watch of a file follows the file, and is blind once an editor or
// `git checkout` has renamed another one over it.

import { type FSWatcher, readdirSync, type Stats, statSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { codeOf, FileProblem, systemReason } from './system-reason.ts';

export interface TreeWatch {
  close(): void;
}

export interface TreeListener {
  /** The absolute path of a file or directory that came, went or changed. */
  changed(path: string): void;
  /** A root is not there any more; it is waited for. */
  gone(root: string): void;
  /** Something is not watched from now on, and why. */
  unwatched(path: string, reason: string): void;
}

interface Watched {
  readonly watcher: FSWatcher;
  /** A directory of the same name that was made since is another one. */
  readonly identity: string;
}

/** A root that went has no parent here which would tell that it is back. */
const ROOT_CHECK_MS = 500;
const DEPTH_LIMIT = 16;

/** Throws FileProblem where the system grants no more watches, and the error of the system where a root cannot be watched. */
export function watchDirectories(roots: readonly string[], listener: TreeListener): TreeWatch {
  const trees = roots.map((root) => new Tree(resolve(root), listener));
  for (const tree of trees) tree.look();
  const timer = setInterval(() => {
    for (const tree of trees) tree.checkRoot();
  }, ROOT_CHECK_MS);
  return {
    close() {
      clearInterval(timer);
      for (const tree of trees) tree.close();
    },
  };
}

class Tree {
  readonly #root: string;
  readonly #listener: TreeListener;
  readonly #watched = new Map<string, Watched>();
  #isThere = true;

  constructor(root: string, listener: TreeListener) {
    this.#root = root;
    this.#listener = listener;
  }

  /** Brings the watches up to what is there now. */
  look(): void {
    const seen = new Set<string>();
    this.#visit(this.#root, 0, seen);
    for (const path of this.#watched.keys()) if (!seen.has(path)) this.#forget(path);
  }

  checkRoot(): void {
    const identity = identityOf(this.#root);
    if (identity === undefined) {
      if (this.#isThere) this.#listener.gone(this.#root);
      this.#isThere = false;
      this.close();
      return;
    }
    if (this.#isThere && this.#watched.get(this.#root)?.identity === identity) return;
    this.#isThere = true;
    this.#lookAgain();
    this.#listener.changed(this.#root);
  }

  close(): void {
    for (const path of this.#watched.keys()) this.#forget(path);
  }

  #visit(directory: string, depth: number, seen: Set<string>): void {
    const identity = identityOf(directory);
    if (identity === undefined) return;
    seen.add(directory);
    if (this.#watched.get(directory)?.identity !== identity) {
      this.#forget(directory);
      this.#watched.set(directory, { watcher: this.#watch(directory), identity });
    }
    if (depth < DEPTH_LIMIT)
      for (const name of directoriesIn(directory)) this.#visit(join(directory, name), depth + 1, seen);
  }

  #watch(directory: string): FSWatcher {
    try {
      const watcher = watch(directory, (_event, name) => this.#changed(directory, name));
      // A directory that goes away is told by its parent.
      watcher.on('error', () => this.#forget(directory));
      return watcher;
    } catch (error) {
      const isLimit = codeOf(error) === 'ENOSPC' || codeOf(error) === 'EMFILE';
      throw isLimit ? new FileProblem('the system grants no more watches (fs.inotify.max_user_watches)') : error;
    }
  }

  #changed(directory: string, name: string | null): void {
    const path = name === null ? directory : join(directory, name);
    this.#listener.changed(path);
    const isDirectory = identityOf(path) !== undefined;
    if (isDirectory || this.#watched.has(path)) this.#lookAgain();
  }

  /** What came and went between two looks is no error; the next look or the check of the root mends it. */
  #lookAgain(): void {
    try {
      this.look();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#listener.unwatched(this.#root, systemReason(error));
    }
  }

  #forget(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}

/** Undefined where there is no directory. The time of birth tells a new one that was given the number of the old. */
function identityOf(path: string): string | undefined {
  let status: Stats | undefined;
  try {
    status = statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
  return status?.isDirectory() ? `${status.dev}:${status.ino}:${status.birthtimeMs}` : undefined;
}

function directoriesIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
