// Scripts that the build has compiled: `x.js` is one function expression, `x.js.cache` V8's compiled form of what a replay calls of it.
// V8 itself refuses a cache that another version, other flags or another text made; the script is then compiled as usual.

import { existsSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import type { ScratchReader } from './scratch-reader.ts';

export interface CachedScript {
  /** The function. */
  readonly value: unknown;
  /** Writes the cache of everything that has been compiled so far; call it after the work that later runs repeat. */
  save(): void;
}

/** Evaluates the ASCII file at `path`. */
export function evaluateCached(path: string, reader: ScratchReader): CachedScript {
  const cache = cacheOf(path);
  const source = reader.read(path).toString('latin1');
  const cachedData = existsSync(cache) ? reader.read(cache) : undefined;
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  return {
    value: script.runInThisContext(),
    save: () => writeFileSync(cache, script.createCachedData()),
  };
}

/** Evaluates a CommonJS module that the build wrapped in `(function (exports, require, module, __filename, __dirname) { … })`. */
export function requireCached(
  path: string,
  reader: ScratchReader,
  require: (id: string) => unknown,
): { readonly exports: unknown; readonly script: CachedScript } {
  const script = evaluateCached(path, reader);
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.value as (...args: unknown[]) => void)(module.exports, require, module, path, directory);
  return { exports: module.exports, script };
}

function cacheOf(path: string): string {
  return `${path}.cache`;
}
