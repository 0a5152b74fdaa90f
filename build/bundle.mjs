// Second half of `npm run build`, after tsc has written each module to dist/modules, for the build and the benches, and its types to dist/lib:
//   dist/runtime   the corrected Unicorn engine as WebAssembly, the trimmed disassembler, the search for signs
//   dist/cli       the command: one bundle of what explains a log, and one each for what only some runs need
//   dist/lib       the library: node.js under Node, index.js without a platform, vitest.js
//   dist/source    what is needed beside this package's own files to build it again
// Why bundles: hundreds of small modules cost more time to load than a replay takes.

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writeEngineModule } from './engine/write-module.mjs';
import { trimIced } from './trim-iced.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const runtime = join(dist, 'runtime');
const cli = join(dist, 'cli');
const source = join(dist, 'source');
const require = createRequire(import.meta.url);

for (const folder of [runtime, cli, source]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const enginePackage = dirname(require.resolve('@specy/x86/package.json'));
const engineSource = join(enginePackage, 'dist/x86/deps/unicorn-x86.min.js');
const modules = (file) => import(pathToFileURL(join(dist, 'modules', file)).href);
const { correctEngineSource } = await modules('emulator/unicorn/corrections.js');
const { signSearchCode } = await modules('carriers/linux-log/scan/byte-log-reader.js');
const engine = writeEngineModule(correctEngineSource(readFileSync(engineSource, 'latin1')));
writeFileSync(join(runtime, 'unicorn-x86.wasm'), engine);
copyFileSync(join(enginePackage, 'LICENSE'), join(runtime, 'LICENSE.unicorn'));

writeFileSync(join(runtime, 'sign-search.wasm'), signSearchCode());

const icedFile = require.resolve('iced-x86');
const iced = await trimIced({
  packageFile: icedFile,
  sources: join(root, 'src/decoder/iced'),
  namespace: require(icedFile),
});
writeFileSync(join(runtime, 'iced_x86_bg.wasm'), iced.wasm);
/** A function of the compiled module, which the script of the package requires; beside it that asks for `util`, for what are globals today. */
const icedScript = join(runtime, 'iced-x86.mjs');
writeFileSync(
  icedScript,
  `export function startIced(compiled) {
  const module = { exports: {} };
  (function (require) {${iced.script}})((id) => (id === './iced_x86_bg.wasm' ? compiled : globalThis));
  return module.exports;
}
`,
);
copyFileSync(join(dirname(icedFile), 'LICENSE.txt'), join(runtime, 'LICENSE.iced-x86'));

// npm packs no package-lock.json of its own; the engine's script is what the build translates.
copyFileSync(join(root, 'package-lock.json'), join(source, 'package-lock.json'));
copyFileSync(engineSource, join(source, 'unicorn-x86.min.js'));

writeFileSync(join(cli, 'package.json'), '{ "type": "commonjs" }\n');

/** Modules that only some runs need, and the bundle that holds each: `replay oops.log` should not pay for reading them. */
const APART = [
  [/^\.\/commands\//, './commands.js'],
  [/^\.\/program\.ts$/, './program.js'],
  [/^\.\/start-scan\.ts$/, './start-scan.js'],
];
const othersApart = {
  name: 'others-apart',
  setup(builder) {
    builder.onResolve({ filter: /^\.\// }, ({ kind, path }) => {
      const [, bundle] = kind === 'dynamic-import' ? (APART.find(([pattern]) => pattern.test(path)) ?? []) : [];
      return bundle && { path: bundle, external: true };
    });
  },
};

/** Bundles hold the trimmed disassembler itself. */
const trimmedIced = {
  name: 'trimmed-iced',
  setup(builder) {
    builder.onResolve({ filter: /\/trimmed-iced\.ts$/ }, () => ({ path: icedScript }));
  },
};

/** Beside bundles lies the licence of every package that is in them. */
const licences = {
  name: 'licences',
  setup(builder) {
    builder.onEnd(({ metafile }) => {
      for (const input of Object.keys(metafile?.inputs ?? {})) {
        const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input) ?? [];
        if (name === undefined) continue;
        const folder = join(root, 'node_modules', name);
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) throw new Error(`${name} is in a bundle and has no licence text`);
        copyFileSync(join(folder, file), join(cli, `LICENSE.${name.replace('/', '-')}`));
      }
    });
  },
};

const common = {
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node20.12',
  external: ['capstone-wasm', 'iced-x86', 'yaml', 'vitest'],
  legalComments: 'inline',
  charset: 'ascii',
  logLevel: 'warning',
};
const command = {
  ...common,
  format: 'cjs',
  // In CommonJS `import()` is a `require` that answers later.
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  plugins: [othersApart, trimmedIced, licences],
  minifyWhitespace: true,
  minifySyntax: true,
};
await build({
  ...command,
  entryPoints: {
    main: join(root, 'src/node/cli/launcher.ts'),
    replay: join(root, 'src/node/cli/command-line.ts'),
    program: join(root, 'src/node/cli/program.ts'),
    'start-scan': join(root, 'src/node/scan/start-scan.ts'),
    'scan-worker': join(root, 'src/node/scan/scan-worker.ts'),
  },
  outdir: cli,
});
const commands = ['test-program', 'step-command', 'gdb-command'];
await build({
  ...command,
  stdin: {
    contents: commands.map((name) => `export * from './${name}.ts';`).join('\n'),
    resolveDir: join(root, 'src/node/cli/commands'),
    loader: 'ts',
  },
  outfile: join(cli, 'commands.js'),
});
chmodSync(join(cli, 'main.js'), 0o755);

const lib = join(dist, 'lib');
for (const file of readdirSync(lib, { recursive: true })) if (file.endsWith('.js')) rmSync(join(lib, file));
await build({
  ...common,
  entryPoints: {
    index: join(root, 'src/index.ts'),
    node: join(root, 'src/node/index.ts'),
    vitest: join(root, 'src/vitest.ts'),
  },
  outdir: lib,
  format: 'esm',
  splitting: true,
  chunkNames: 'shared-[hash]',
  plugins: [trimmedIced, licences],
});

// A run of its own, so that what is kept is what a run needs.
execFileSync(
  process.execPath,
  [join(root, 'build/keep-compiled.mjs'), join(cli, 'replay.js'), join(root, 'scenarios/kni-fifo-put/oops.log')],
  {
    stdio: ['ignore', 'ignore', 'ignore'],
  },
);
