// What a user installs: the files of the tarball, and licences that go together with the GPL-2 of the engine.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

interface LockedPackage {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly peer?: boolean;
  readonly license?: string;
}

/** Licences whose code may be combined with GPL-2. Apache-2.0 is not among them. */
const COMPATIBLE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'GPL-2.0', 'GPL-2.0-or-later'];
/** Its package names no licence; see NOTICE. */
const UNNAMED = ['node_modules/capstone-wasm'];

test('everything installed at run time has a licence that GPL-2 allows', () => {
  const lock = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const installed = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.dev && !entry.peer);
  expect(installed.length).toBeGreaterThan(2);
  const others = installed.filter(
    ([path, { license }]) => !COMPATIBLE.includes(license ?? '') && !UNNAMED.includes(path),
  );
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test('the tarball holds the command, the library, the engine with its licence, the schema and the documents', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const wanted of [
    'dist/cli/main.js',
    'dist/lib/index.js',
    'dist/lib/index.d.ts',
    'dist/runtime/unicorn-x86.wasm',
    'dist/runtime/LICENSE.unicorn',
    'schema/replay-1.json',
    'README.md',
    'LICENSE',
    'NOTICE',
  ]) {
    expect(paths).toContain(wanted);
  }
  expect(paths.filter((path) => /^(src|test|node_modules|dist\/modules)\//.test(path))).toEqual([]);
});

test('the library is one bundle: its modules one by one take four times as long to load', () => {
  const scripts = readdirSync(`${root}/dist/lib`, { recursive: true }).filter((file) => String(file).endsWith('.js'));
  expect(scripts.sort()).toEqual(['index.js', 'shared.js', 'vitest.js']);
});

test('the types of the library stand alone: nobody has to install those of Node', () => {
  const directory = mkdtempSync(join(tmpdir(), 'replay-types-'));
  const user = join(directory, 'user.mts');
  writeFileSync(user, `import * as replay from '${root}dist/lib/index.js';\nexport const log = replay.parseLog('');\n`);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
  const { stdout, status } = spawnSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...options, user], {
    cwd: directory,
    encoding: 'utf8',
  });
  rmSync(directory, { recursive: true });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
