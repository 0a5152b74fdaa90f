// The compiled forms that the build makes help a start, and nothing depends on them.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sample = join(root, 'scenarios', 'kni-fifo-put', 'oops.log');
const CACHES = [join('dist', 'cli', 'replay.js.cache'), join('dist', 'runtime', 'iced-x86.js.cache')];
const MODULES = ['unicorn-x86', 'iced_x86_bg', 'capstone'].map((name) =>
  join('dist', 'runtime', `${name}.wasm.compiled`),
);

let folder: string;

/** A copy of the built package, installed beside the same dependencies. */
function install(name: string): string {
  const copy = join(folder, name);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

function replay(installed: string, ...options: readonly string[]) {
  const main = join(installed, 'dist', 'cli', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, main, sample], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-install-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const expected = () => replay(root);

/** What the command prints on standard error where the script `text` runs first. */
function heard(installed: string, text: string, ...options: readonly string[]): string {
  const recorder = join(folder, 'recorder.cjs');
  writeFileSync(recorder, text);
  return replay(installed, ...options, '--require', recorder).stderr;
}

describe('code caches', () => {
  it('are accepted by the Node that made them', () => {
    const stderr = heard(
      root,
      `const vm = require('node:vm');
       const { Script } = vm;
       vm.Script = class extends Script {
         constructor(...words) {
           super(...words);
           process.stderr.write('rejected: ' + this.cachedDataRejected + '\\n');
         }
       };`,
    );
    expect(stderr.match(/rejected: \w+/g)).toEqual(CACHES.map(() => 'rejected: false'));
  });

  it('may be missing', () => {
    const installed = install('missing');
    for (const cache of CACHES) rmSync(join(installed, cache));
    expect(replay(installed)).toEqual(expected());
  });

  it('may be damaged', () => {
    const installed = install('damaged');
    const [first, second] = CACHES.map((cache) => join(installed, cache)) as [string, string];
    writeFileSync(first, readFileSync(first).subarray(0, 1000));
    writeFileSync(second, '');
    expect(replay(installed)).toEqual(expected());
    writeFileSync(first, new Uint8Array(4096).fill(0xa5));
    expect(replay(installed)).toEqual(expected());
  });

  it('are refused by V8 under other flags, as by another version', () => {
    expect(replay(root, '--no-opt')).toEqual(expected());
  });

  it('and everything else stay as they are: a read-only install works', () => {
    const installed = install('read-only');
    const dist = join(installed, 'dist');
    const entries = () =>
      (readdirSync(dist, { recursive: true }) as string[]).sort().map((name) => {
        const { size, mtimeMs } = statSync(join(dist, name));
        return [name, size, mtimeMs];
      });
    for (const [name] of entries()) chmodSync(join(dist, String(name)), 0o555);
    const before = entries();
    expect(replay(installed)).toEqual(expected());
    expect(entries()).toEqual(before);
    for (const [name] of before) chmodSync(join(dist, String(name)), 0o755);
  });
});

describe('compiled modules', () => {
  /** How many modules the command had to compile. */
  function compiled(installed: string, ...options: readonly string[]): number {
    const text = `const { compile } = WebAssembly;
       WebAssembly.compile = (bytes) => {
         process.stderr.write('compiled: ' + bytes.length + '\\n');
         return compile(bytes);
       };`;
    return heard(installed, text, ...options).match(/^compiled: \d+$/gm)?.length ?? 0;
  }

  it('are accepted by the Node that made them', () => {
    expect(compiled(root)).toBe(0);
  });

  it('may be missing: the package carries none of a module that is not in it', () => {
    const installed = install('no-modules');
    for (const module of MODULES) rmSync(join(installed, module));
    expect(compiled(installed)).toBe(MODULES.length);
    expect(replay(installed)).toEqual(expected());
  });

  it('may be cut off, of another module, or of no module at all', () => {
    const installed = install('damaged-modules');
    const [engine, iced, capstone] = MODULES.map((module) => join(installed, module)) as [string, string, string];
    const whole = readFileSync(engine);
    writeFileSync(engine, whole.subarray(0, whole.length >> 1));
    writeFileSync(capstone, readFileSync(iced));
    const header = Uint8Array.from(whole.subarray(0, 8));
    writeFileSync(iced, '');
    expect(compiled(installed)).toBe(MODULES.length);
    expect(replay(installed)).toEqual(expected());
    writeFileSync(engine, Buffer.concat([header, new Uint8Array(whole.length - header.length).fill(0xa5)]));
    expect(replay(installed)).toEqual(expected());
  });

  it('are refused by V8 under other flags, as by another version or processor', () => {
    for (const option of ['--stack-size=900', '--no-enable-avx2']) {
      expect(compiled(root, option)).toBe(MODULES.length);
      expect(replay(root, option)).toEqual(expected());
    }
  });
});
