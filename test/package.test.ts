// What a user installs: the files of the tarball, and licences that go together with the GPL-2.0-only of the engine.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Licences whose code may be combined with GPL-2.0-only. Apache-2.0 is not among them. */
const COMPATIBLE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'GPL-2.0-only', 'GPL-2.0-or-later'];
/** Its package names no licence; see NOTICE. It is installed from its own author and is no part of this package. */
const UNNAMED = ['capstone-wasm'];

interface Described {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Described>>;
}

function packed(): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

test('everything installed at run time has a licence that GPL-2.0-only allows', () => {
  const { stdout } = spawnSync('npm', ['ls', '--omit=dev', '--omit=peer', '--all', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const licences = new Map<string, string>();
  const visit = ({ dependencies = {} }: Described, folder: string): void => {
    for (const [name, dependency] of Object.entries(dependencies)) {
      const inner = [join(folder, 'node_modules', name), join(root, 'node_modules', name)];
      const found = inner.find((path) => existsSync(path));
      // A peer that is not installed.
      if (found === undefined) continue;
      const { license } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as { license?: string };
      licences.set(name, license ?? 'none');
      visit(dependency, found);
    }
  };
  const tree = JSON.parse(stdout) as Described;
  visit({ dependencies: { ...tree.dependencies, vitest: {} } }, root);
  licences.delete('vitest');
  expect([...licences.keys()].sort()).toEqual(['capstone-wasm', 'commander', 'iced-x86', 'yaml']);
  const others = [...licences].filter(([name, licence]) => !COMPATIBLE.includes(licence) && !UNNAMED.includes(name));
  expect(others).toEqual([]);
});

test('the package says what it is: the engine is GPL-2.0-only, so the whole is', () => {
  const { license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { license: string };
  const engine = join(root, 'node_modules', '@specy', 'x86');
  // The text of version 2 with no word of a later one outside it.
  const text = readFileSync(join(engine, 'LICENSE'), 'utf8');
  expect((JSON.parse(readFileSync(join(engine, 'package.json'), 'utf8')) as { license: string }).license).toBe(
    'GPL-2.0',
  );
  expect(text).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/);
  expect(license).toBe('GPL-2.0-only');
  expect(readFileSync(join(root, 'LICENSE'), 'utf8')).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/);
  for (const document of ['NOTICE', 'README.md'])
    expect(readFileSync(join(root, document), 'utf8'), document).toMatch(/GPL-2\.0-only/);
});

test('the tarball holds the program, its documents, its whole source and every licence', () => {
  const paths = packed();
  for (const wanted of [
    'dist/cli/main.js',
    'dist/lib/index.js',
    'dist/lib/index.d.ts',
    'dist/lib/node.js',
    'dist/lib/node.d.ts',
    'dist/man/replay.1',
    'dist/runtime/unicorn-x86.wasm',
    'schema/replay-1.json',
    'README.md',
    'LICENSE',
    'NOTICE',
  ]) {
    expect(paths).toContain(wanted);
  }
  const tracked = spawnSync('git', ['ls-files', 'src', 'build', 'tools', 'docs', 'tsconfig*.json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const sources = tracked.stdout.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
  expect(sources.filter((path) => !paths.includes(path))).toEqual([]);
  expect(paths).toContain('dist/source/package-lock.json');
  expect(paths).toContain('dist/source/unicorn-x86.min.js');
  expect(paths.filter((path) => path.startsWith('dist') && /\/LICENSE\./.test(path)).sort()).toEqual([
    'dist/cli/LICENSE.commander',
    'dist/cli/LICENSE.preact',
    'dist/cli/LICENSE.preact-render-to-string',
    'dist/page/LICENSE.iced-x86',
    'dist/page/LICENSE.preact',
    'dist/page/LICENSE.preact-render-to-string',
    'dist/page/LICENSE.txt',
    'dist/runtime/LICENSE.iced-x86',
    'dist/runtime/LICENSE.preact',
    'dist/runtime/LICENSE.unicorn',
  ]);
});

test('nothing that V8 made is in the tarball', () => {
  expect(
    packed().filter((path) => /\.(?:compiled|cache|image)$|^(?:test|node_modules|dist\/modules)\//.test(path)),
  ).toEqual([]);
});

test('the library is a few bundles: its modules one by one take four times as long to load', () => {
  const scripts = readdirSync(`${root}/dist/lib`, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.js'));
  expect(scripts.filter((file) => !file.startsWith('shared-')).sort()).toEqual(['index.js', 'node.js', 'vitest.js']);
  expect(scripts.length).toBeLessThan(8);
});

test('without a platform the library is there without any Node module', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(root, 'dist', 'lib', file), 'utf8');
    expect(text.match(/(?:from|require\(|import\() ?"node:[^"]+"/g), file).toBe(null);
    for (const [, other = ''] of text.matchAll(/from ?"\.\/([^"]+)"/g)) visit(other);
  };
  visit('index.js');
});
