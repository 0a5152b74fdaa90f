// The command's bundle with V8's compiled form of it, which `npm run build` makes in a checkout and no package carries. V8 takes what another
// release of Node 20 made and then crashes, takes the compiled form of an edited script of the same length, and looks at no damage inside: so
// V8 sees a compiled form only if our own hash says that exactly this Node made it of exactly this script.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { hashRoom } from './hash.ts';

const WORD = 8;
/** What Node puts around a CommonJS module. */
const WRAPPER = ['(function (exports, require, module, __filename, __dirname) {', '\n})'] as const;

type Wrapped = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  file: string,
  directory: string,
) => void;

export interface LoadedBundle {
  readonly exports: unknown;
  /** True where the compiled form was used. */
  readonly compiled: boolean;
  /** Writes the compiled form of all that was called so far, for later runs of this Node. */
  keep(): void;
}

/** What has to be equal: V8 compares less. */
const THIS_NODE = [
  'replay 1',
  process.version,
  process.versions.v8,
  process.arch,
  process.platform,
  process.execArgv.join(' '),
  process.env.NODE_OPTIONS ?? '',
].join('\n');

function compiledForm(path: string): string {
  return `${path}.compiled`;
}

/** Loads the CommonJS bundle at the absolute `path`: from its compiled form where that is there and this Node's own, else as any other module. */
export function loadBundle(path: string): unknown {
  return existsSync(compiledForm(path)) ? evaluate(path).exports : createRequire(path)(path);
}

/** Evaluates the bundle of ASCII text; `node` names the Node that the compiled form has to be of. */
export function evaluate(path: string, node = THIS_NODE): LoadedBundle {
  const { text, cachedData } = readBoth(path, node);
  const source = WRAPPER.join(text);
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  const directory = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  (script.runInThisContext() as Wrapped)(module.exports, createRequire(path), module, path, directory);
  return {
    exports: module.exports,
    compiled: cachedData !== undefined && script.cachedDataRejected === false,
    keep: () => writeFileSync(compiledForm(path), withHash(path, script.createCachedData(), node)),
  };
}

/** The script, and its compiled form if it is what `keep` wrote. */
function readBoth(path: string, node: string): { readonly text: string; readonly cachedData?: Uint8Array } {
  const form = compiledForm(path);
  if (!existsSync(form)) return { text: readFileSync(path, 'latin1') };
  const kept = readFileSync(form);
  const data = kept.subarray(WORD);
  const script = readFileSync(path);
  const text = script.toString('latin1');
  if (kept.length <= WORD || kept.readBigUInt64LE() !== hashOf(script, data, node)) return { text };
  return { text, cachedData: data };
}

function withHash(path: string, data: Buffer, node: string): Buffer {
  const head = Buffer.alloc(WORD);
  head.writeBigUInt64LE(hashOf(readFileSync(path), data, node));
  return Buffer.concat([head, data]);
}

/** Of the three with their lengths. */
function hashOf(script: Buffer, data: Buffer, node: string): bigint {
  const names = Buffer.from(`${node}\n${script.length}\n${data.length}`);
  const parts = [names, script, data];
  const size = parts.reduce((sum, part) => sum + wholeWords(part.length), 0);
  const room = hashRoom(size);
  let at = 0;
  for (const part of parts) {
    room.bytes.set(part, at);
    at += wholeWords(part.length);
  }
  return BigInt.asUintN(64, room.hash(size));
}

function wholeWords(length: number): number {
  return Math.ceil(length / WORD) * WORD;
}
