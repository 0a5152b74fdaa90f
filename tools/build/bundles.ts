// The command and the library as bundles, as hundreds of small modules cost more time to load than a replay takes.

import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { build } from 'esbuild';
import { licences } from './licences.ts';

const CLI = 'dist/cli';
const LIBRARY = 'dist/lib';
const RUNTIME = 'dist/runtime';
/** What `bundleLibrary` writes, of all that is in `LIBRARY`. */
export const LIBRARY_BUNDLES = /\.js$|^LICENSE\./;

/** Modules that only some runs need, and the bundle that holds each: `replay oops.log` should not pay for reading them. */
const APART: readonly [RegExp, string][] = [
  [/^\.\/commands\//, './commands.js'],
  [/^\.\/program\.ts$/, './program.js'],
  [/^\.\/start-scan\.ts$/, './start-scan.js'],
  [/^\.\/keep-compiled\.ts$/, './keep-compiled.js'],
];
const othersApart: Plugin = {
  name: 'others-apart',
  setup(builder) {
    builder.onResolve({ filter: /^\.\// }, ({ kind, path }) => {
      const [, bundle] = kind === 'dynamic-import' ? (APART.find(([pattern]) => pattern.test(path)) ?? []) : [];
      return bundle === undefined ? undefined : { path: bundle, external: true };
    });
  },
};

/** Bundles hold the trimmed disassembler itself. */
const trimmedIced: Plugin = {
  name: 'trimmed-iced',
  setup(builder) {
    builder.onResolve({ filter: /\/trimmed-iced\.ts$/ }, () => ({ path: resolve('dist/runtime/iced-x86.mjs') }));
  },
};

const COMMON: BuildOptions = {
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node20.12',
  external: ['capstone-wasm', 'iced-x86', 'yaml', 'vitest'],
  legalComments: 'inline',
  charset: 'ascii',
  logLevel: 'warning',
};

const COMMAND: BuildOptions = {
  ...COMMON,
  format: 'cjs',
  // In CommonJS `import()` is a `require` that answers later.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  plugins: [othersApart, trimmedIced, licences(CLI)],
  minifyWhitespace: true,
  minifySyntax: true,
};

/** The launcher, one bundle of what explains a log, and one each for what only some runs need. */
export async function bundleCommand(): Promise<void> {
  rmSync(CLI, { recursive: true, force: true });
  mkdirSync(CLI, { recursive: true });
  writeFileSync(`${CLI}/package.json`, '{ "type": "commonjs" }\n');
  await build({
    ...COMMAND,
    entryPoints: {
      main: 'src/node/cli/launcher.ts',
      replay: 'src/node/cli/command-line.ts',
      program: 'src/node/cli/program.ts',
      'start-scan': 'src/node/scan/start-scan.ts',
      'keep-compiled': 'src/node/runtime/keep-compiled.ts',
      'scan-worker': 'src/node/scan/scan-worker.ts',
    },
    outdir: CLI,
  });
  const commands = [
    'test-program',
    'step-command',
    'gdb-command',
    'html-command',
    'source-command',
    'serve-command',
    'report-file',
    'completion-command',
  ];
  await build({
    ...COMMAND,
    stdin: {
      contents: commands.map((name) => `export * from './${name}.ts';`).join('\n'),
      resolveDir: resolve('src/node/cli/commands'),
      loader: 'ts',
    },
    outfile: `${CLI}/commands.js`,
  });
  chmodSync(`${CLI}/main.js`, 0o755);
}

/** What a report file holds: the script that makes it walkable, and its style. */
export async function bundleReport(): Promise<void> {
  const common: BuildOptions = { bundle: true, minify: true, charset: 'ascii', target: 'es2022', logLevel: 'warning' };
  await build({
    ...common,
    entryPoints: { report: 'src/frontends/report/client.tsx' },
    outdir: RUNTIME,
    format: 'iife',
    metafile: true,
    plugins: [licences(RUNTIME)],
  });
  await build({ ...common, entryPoints: { report: 'src/frontends/view/style.css' }, outdir: RUNTIME });
}

/** `node.js` under Node, `index.js` without a platform, `vitest.js`. The types lie beside them. */
export async function bundleLibrary(): Promise<void> {
  mkdirSync(LIBRARY, { recursive: true });
  for (const name of readdirSync(LIBRARY)) if (LIBRARY_BUNDLES.test(name)) rmSync(`${LIBRARY}/${name}`);
  await build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts', node: 'src/node/index.ts', vitest: 'src/vitest.ts' },
    outdir: LIBRARY,
    format: 'esm',
    splitting: true,
    chunkNames: 'shared-[hash]',
    plugins: [trimmedIced, licences(LIBRARY)],
  });
}
