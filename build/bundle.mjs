// Second half of `npm run build`, after tsc has written each module to dist/modules, for the build and the benches, and its types to dist/lib:
//   dist/runtime   the corrected Unicorn engine as WebAssembly, the trimmed disassembler, and V8 code caches
//   dist/cli       the command: a launcher and one bundle of our own code with commander
//   dist/lib       the library as one bundle
// Why bundles and caches: hundreds of small modules and 3 MB of scripts cost more time to load than a replay takes.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const runtime = join(dist, 'runtime');
const cli = join(dist, 'cli');

rmSync(cli, { recursive: true, force: true });
mkdirSync(cli, { recursive: true });

/** What src/node/runtime/code-cache.ts evaluates as a CommonJS module. */
const MODULE_START = '(function (exports, require, module, __filename, __dirname) {';
const MODULE_END = '})';

const modules = (file) => import(pathToFileURL(join(dist, 'modules', file)).href);
const { startEngineModule } = await modules('emulator/unicorn/engine-module.js');
const { engineImage } = await modules('emulator/unicorn/unicorn-emulator.js');
for (const tool of ['unicorn-wasm', 'iced-trim', 'sign-search'])
  run(tool, [join(dist, 'tools', tool, 'main.js'), runtime]);
const engine = readFileSync(join(runtime, 'unicorn-x86.wasm'));
writeFileSync(join(runtime, 'unicorn-x86.image'), engineImage(startEngineModule(new WebAssembly.Module(engine))));

writeFileSync(join(cli, 'package.json'), '{ "type": "commonjs" }\n');
/**
 * Modules of Node that a bundle asks for and hardly uses. commander needs child_process only to start executable subcommands, of which
 * there are none; in a CommonJS bundle createRequire is what `require` is, and where a file lies is a path already. They cost 8 ms.
 */
const SPARE = {
  'node:module': 'exports.createRequire = () => __require;',
  'node:url': 'exports.fileURLToPath = (path) => path;',
  child_process: "module.exports = { get spawn() { return require('child_process').spawn; } };",
};
const spareModules = {
  name: 'spare-modules',
  setup(builder) {
    builder.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'spare' } : undefined,
    );
    builder.onResolve({ filter: /^node:(?:module|url)$/ }, ({ path }) => ({ path, namespace: 'spare' }));
    builder.onLoad({ filter: /.*/, namespace: 'spare' }, ({ path }) => ({ contents: SPARE[path] }));
  },
};

/** The other commands, and what only large logs need, are bundles of their own: `replay oops.log` should not pay for reading them. */
const othersApart = {
  name: 'others-apart',
  setup(builder) {
    builder.onResolve({ filter: /^\.\/(?:commands\/|start-scan)/ }, ({ kind, path }) =>
      kind === 'dynamic-import'
        ? { path: path.startsWith('./commands/') ? './commands.js' : './start-scan.js', external: true }
        : undefined,
    );
  },
};

const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['capstone-wasm', 'iced-x86', 'yaml'],
  define: { 'import.meta.url': '__filename' },
  legalComments: 'inline',
  charset: 'ascii',
  logLevel: 'warning',
  plugins: [spareModules],
};
const banner = { js: `${MODULE_START}const __require = require;` };
await build({
  ...common,
  entryPoints: {
    main: join(root, 'src/node/cli/launcher.ts'),
    'start-scan': join(root, 'src/node/scan/start-scan.ts'),
    'scan-worker': join(root, 'src/node/scan/scan-worker.ts'),
  },
  outdir: cli,
  banner: { js: 'const __require = require;' },
});
await build({
  ...common,
  entryPoints: [join(root, 'src/node/cli/command-line.ts')],
  outfile: join(cli, 'replay.js'),
  plugins: [spareModules, othersApart],
  supported: { 'dynamic-import': false },
  minifyWhitespace: true,
  minifySyntax: true,
  banner,
  footer: { js: MODULE_END },
});
const commands = ['test-program', 'step-command', 'gdb-command'];
await build({
  ...common,
  stdin: {
    contents: commands.map((name) => `export * from './${name}.ts';`).join('\n'),
    resolveDir: join(root, 'src/node/cli/commands'),
    loader: 'ts',
  },
  outfile: join(cli, 'commands.js'),
  minifyWhitespace: true,
  minifySyntax: true,
  banner,
  footer: { js: MODULE_END },
});
chmodSync(join(cli, 'main.js'), 0o755);

const lib = join(dist, 'lib');
for (const file of readdirSync(lib, { recursive: true })) if (file.endsWith('.js')) rmSync(join(lib, file));
await build({
  ...common,
  entryPoints: ['index', 'vitest'].map((name) => join(root, 'src', `${name}.ts`)),
  outdir: lib,
  format: 'esm',
  splitting: true,
  chunkNames: 'shared',
  external: [...common.external, 'vitest'],
  define: {},
  plugins: [],
});

// Real runs, so that what is compiled beforehand is exactly what a run needs. The scripts come last: they load the modules as later runs do.
const sample = join(root, 'scenarios/kni-fifo-put/oops.log');
try {
  run('the compilation of the modules', [join(root, 'build/compile-modules.mjs'), sample]);
} catch {
  // What V8 has for its own tests may end the process in a version that nobody has tried: 20, 22 and 24 keep modules, 26 does not.
  console.warn('build: this Node keeps no compiled modules; each start will compile them');
}
warmUp('replay', [sample]);
warmUp('commands', ['step', '--batch', '-ex', 'rsi', sample]);

function warmUp(caches, args) {
  run(`the warm-up of ${caches}`, [join(cli, 'main.js'), ...args], { REPLAY_WRITE_CODE_CACHE: caches });
}

function run(what, args, environment = {}) {
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status === null || status > 1) throw new Error(`${what} ended with ${status}: ${stderr}`);
}
