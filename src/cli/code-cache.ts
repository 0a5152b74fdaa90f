// V8's compiled form of a script, kept in a file next to it by the build. A cache that another version of Node made is
// refused by V8 itself; the script is then compiled as usual.

import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

export interface CachedScript {
  /** The value of the script: by convention a function expression. */
  readonly value: unknown;
  /** Writes the cache of everything that has been compiled so far; call it after the work that later runs repeat. */
  save(): void;
}

/** Evaluates the ASCII file at `path`, wrapped in `prefix` and `suffix`, with the compiled code from `path`.cache. */
export function evaluateCached(path: string, cachePath: string, prefix = '', suffix = ''): CachedScript {
  const source = readFileSync(path, 'latin1');
  const cachedData = readIfPresent(cachePath);
  const text = prefix === '' && suffix === '' ? source : `${prefix}${source}${suffix}`;
  const script = new Script(text, { filename: path, ...(cachedData && { cachedData }) });
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

const MODULE_PREFIX = '(function(exports,require,module,__filename,__dirname){';
const MODULE_SUFFIX = '\n})';

/** Evaluates a CommonJS module like `require`, with the compiled code from its cache. */
export function requireCached(
  path: string,
  cachePath: string,
  require: NodeJS.Require,
): { readonly exports: unknown; readonly script: CachedScript } {
  const script = evaluateCached(path, cachePath, MODULE_PREFIX, MODULE_SUFFIX);
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.value as (...args: unknown[]) => void)(module.exports, require, module, path, directory);
  return { exports: module.exports, script };
}
