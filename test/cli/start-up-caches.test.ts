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

describe('code caches', () => {
  const expected = () => replay(root);

  it('are accepted by the Node that made them', () => {
    const recorder = join(folder, 'recorder.cjs');
    writeFileSync(
      recorder,
      `const vm = require('node:vm');
       const { Script } = vm;
       vm.Script = class extends Script {
         constructor(...words) {
           super(...words);
           process.stderr.write('rejected: ' + this.cachedDataRejected + '\\n');
         }
       };`,
    );
    const { stderr } = replay(root, '--require', recorder);
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
