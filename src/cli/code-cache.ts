// Scripts that the build has compiled: `x.js` is one function expression, `x.js.cache` V8's compiled form of what a replay calls of it.
// V8 itself refuses a cache that another version, other flags or another text made; the script is then compiled as usual.

import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

export interface CachedScript {
  /** The function. */
  readonly value: unknown;
  /** Writes the cache of everything that has been compiled so far; call it after the work that later runs repeat. */
  save(): void;
}

/** Evaluates the ASCII file at `path`. */
export function evaluateCached(path: string): CachedScript {
  const cachePath = `${path}.cache`;
  const cachedData = readIfPresent(cachePath);
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...(cachedData && { cachedData }) });
  return {
    value: script.runInThisContext(),
    save: () => writeFileSync(cachePath, script.createCachedData()),
  };
}

function readIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Evaluates a CommonJS module that the build wrapped in `(function (exports, require, module, __filename, __dirname) { … })`. */
export function requireCached(
  path: string,
  require: NodeJS.Require,
): { readonly exports: unknown; readonly script: CachedScript } {
  const script = evaluateCached(path);
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.value as (...args: unknown[]) => void)(module.exports, require, module, path, directory);
  return { exports: module.exports, script };
}
