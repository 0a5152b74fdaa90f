// Scripts that the build has compiled: `x.js` is one function expression, `x.js.cache` V8's compiled form of what a replay calls of it.
// V8 itself refuses a cache that another version, other flags or another text made; the script is then compiled as usual.

import { existsSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { ScratchReader } from './scratch-reader.ts';

export interface CachedScript {
  readonly path: string;
  /** The function. */
  readonly value: unknown;
  /** Writes the cache of everything that has been compiled so far; call it after the work that later runs repeat. */
  save(): void;
}

/** Evaluates the ASCII file at `path`. */
export function evaluateCached(path: string, reader: ScratchReader): CachedScript {
  const cache = cacheOf(path);
  const source = reader.text(path);
  const cachedData = existsSync(cache) ? reader.read(cache) : undefined;
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  return {
    path,
    value: script.runInThisContext(),
    save: () => writeFileSync(cache, script.createCachedData()),
  };
}

/**
 * What a CommonJS module exports that the build wrapped in `(function (exports, require, module, __filename, __dirname) { … })` and that
 * was evaluated.
 */
export function exportsOf({ path, value }: CachedScript, require: (id: string) => unknown): unknown {
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (value as (...args: unknown[]) => void)(module.exports, require, module, path, directory);
  return module.exports;
}

function cacheOf(path: string): string {
  return `${path}.cache`;
}
