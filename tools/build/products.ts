// What the build makes, what of, and how.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runScript } from './run.ts';
import type { Files, Product } from './stamp.ts';

const RUNTIME = 'dist/runtime';
/** What packages are meant to be installed, and what npm installed. */
const INSTALLED: readonly Files[] = [{ path: 'package-lock.json' }, { path: 'node_modules/.package-lock.json' }];
const BUILD: Files = { path: 'dist/tools/build/main.js' };
const SOURCES: Files = { path: 'src' };

/** What a tool writes into `RUNTIME`. Its bundle holds all of its own code, so that is an input like what it reads. */
function toolProduct(tool: string, reads: readonly string[], writes: readonly string[]): Product {
  const script = `dist/tools/${tool}/main.js`;
  return {
    name: tool,
    inputs: [...INSTALLED, ...[script, ...reads].map((path) => ({ path }))],
    outputs: writes.map((name) => ({ path: join(RUNTIME, name) })),
    make() {
      mkdirSync(RUNTIME, { recursive: true });
      return runScript(script, RUNTIME);
    },
  };
}

export const engine = toolProduct(
  'unicorn-wasm',
  ['node_modules/@specy/x86/dist/x86/deps/unicorn-x86.min.js', 'node_modules/@specy/x86/LICENSE'],
  ['unicorn-x86.wasm', 'LICENSE.unicorn'],
);

export const disassembler = toolProduct(
  'iced-trim',
  ['node_modules/iced-x86', 'src/decoder/iced'],
  ['iced-x86.js', 'iced_x86_bg.wasm', 'LICENSE.iced-x86'],
);

export const signSearch = toolProduct(
  'sign-search',
  ['src/carriers/linux-log/scan/byte-search.wat'],
  ['sign-search.wasm'],
);

/** Each module by itself, for the benches and for what the build runs, and the types of the library. */
export const modules: Product = {
  name: 'modules',
  inputs: [...INSTALLED, BUILD, SOURCES, { path: 'tsconfig.json' }, { path: 'tsconfig.build.json' }],
  outputs: [{ path: 'dist/modules' }, { path: 'dist/lib', ending: '.d.ts' }],
  async make() {
    rmSync('dist/modules', { recursive: true, force: true });
    removeFiles('dist/lib', '.d.ts');
    await runScript('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  },
};

/** The command and the library. */
export const bundles: Product = {
  name: 'bundles',
  inputs: [
    ...INSTALLED,
    SOURCES,
    { path: 'build' },
    ...[engine, disassembler, signSearch].flatMap(({ outputs }) => outputs),
    { path: 'scenarios/kni-fifo-put' },
  ],
  outputs: [{ path: 'dist/cli' }, { path: 'dist/lib', ending: '.js' }, { path: RUNTIME }],
  make: () => runScript('build/bundle.mjs'),
};

function removeFiles(folder: string, ending: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith(ending)) rmSync(join(folder, name));
}
