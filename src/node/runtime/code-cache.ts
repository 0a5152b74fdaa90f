// The command's bundle with what V8 compiled of it in an earlier run of this very Node. Nothing depends on it: where it is missing, damaged,
// foreign or stale, V8 compiles the script.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { compiledDataOf, THIS_NODE, withHash } from './compiled-form.ts';
import { besideScript, nameInUserFolder, readOwn, userFolder } from './compiled-places.ts';

/** What Node puts around a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;
/** A longer run has dropped what it compiled at its start, in milliseconds. */
const LONG_RUN = 5000;

type Wrapped = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  file: string,
  directory: string,
) => void;

export interface EvaluatedBundle {
  readonly exports: unknown;
  /** True where a compiled form was used. */
  readonly compiled: boolean;
  /** The content of a file with the compiled form of all that was called so far. */
  compiledForm(): Buffer;
}

export interface LoadedBundle {
  readonly exports: unknown;
  /** Lets later runs of this user begin with what this one compiled, where that may be. Never throws. */
  keepForUser(): Promise<void>;
}

/** Loads the CommonJS bundle at the absolute `path`. */
export function loadBundle(path: string): LoadedBundle {
  const folder = userFolder();
  if (folder === undefined && !existsSync(besideScript(path)))
    return { exports: createRequire(path)(path), keepForUser: async () => undefined };
  const name = nameInUserFolder(path, THIS_NODE);
  const { exports, compiled, compiledForm } = evaluate(
    path,
    THIS_NODE,
    folder === undefined ? undefined : { folder, name },
  );
  return {
    exports,
    async keepForUser() {
      if (compiled || folder === undefined || performance.now() > LONG_RUN) return;
      const { keepInUserFolder } = await import('./keep-compiled.ts');
      keepInUserFolder(folder, name, compiledForm());
    },
  };
}

interface OwnFile {
  readonly folder: string;
  readonly name: string;
}

/** Evaluates the bundle of ASCII text, with the form beside it or else the user's; `node` names the Node that the form has to be of. */
export function evaluate(path: string, node = THIS_NODE, own?: OwnFile): EvaluatedBundle {
  const bytes = readFileSync(path);
  const cachedData = compiledData(path, bytes, node, own);
  const source = WRAPPER.join(bytes.toString('latin1'));
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.runInThisContext() as Wrapped)(module.exports, createRequire(path), module, path, directory);
  return {
    exports: module.exports,
    compiled: cachedData !== undefined && script.cachedDataRejected === false,
    compiledForm: () => withHash(bytes, script.createCachedData(), node),
  };
}

function compiledData(path: string, script: Buffer, node: string, own: OwnFile | undefined): Uint8Array | undefined {
  const beside = besideScript(path);
  const data = existsSync(beside) ? compiledDataOf(readFileSync(beside), script, node) : undefined;
  if (data !== undefined || own === undefined) return data;
  const file = readOwn(own.folder, own.name);
  return file && compiledDataOf(file, script, node);
}
