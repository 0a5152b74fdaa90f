// Scripts that the build has compiled: `x.js` is one function expression, `x.js.cache` V8's compiled form of what a replay calls of it.
// V8 itself refuses a cache that another version, other flags or another text made; the script is then compiled as usual.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { readAhead } from './read-ahead.ts';

export interface CachedScript {
  /** The function. */
  readonly value: unknown;
  /** Writes the cache of everything that has been compiled so far; call it after the work that later runs repeat. */
  save(): void;
}

/** A script and its compiled form, as they lie on disk. */
export interface ScriptFiles {
  readonly path: string;
  /** ASCII. */
  readonly source: Uint8Array;
  readonly cachedData?: Uint8Array;
}

export function readScript(path: string): ScriptFiles {
  const cache = cacheOf(path);
  return { path, source: readFileSync(path), ...(existsSync(cache) && { cachedData: readFileSync(cache) }) };
}

export async function readScriptAhead(path: string): Promise<ScriptFiles> {
  const cache = cacheOf(path);
  const [source, cachedData] = await Promise.all([
    readAhead(path),
    existsSync(cache) ? readAhead(cache) : Promise.resolve(undefined),
  ]);
  return { path, source, ...(cachedData && { cachedData }) };
}

export function evaluateCached({ path, source, cachedData }: ScriptFiles): CachedScript {
  const text = Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('latin1');
  const script = new Script(text, { filename: path, ...(cachedData && { cachedData: cachedData as Buffer }) });
  return {
    value: script.runInThisContext(),
    save: () => writeFileSync(cacheOf(path), script.createCachedData()),
  };
}

/** Evaluates a CommonJS module that the build wrapped in `(function (exports, require, module, __filename, __dirname) { … })`. */
export function requireCached(
  files: ScriptFiles,
  require: (id: string) => unknown,
): { readonly exports: unknown; readonly script: CachedScript } {
  const script = evaluateCached(files);
  const module = { exports: {} };
  const { path } = files;
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.value as (...args: unknown[]) => void)(module.exports, require, module, path, directory);
  return { exports: module.exports, script };
}

function cacheOf(path: string): string {
  return `${path}.cache`;
}
