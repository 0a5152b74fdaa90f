// Second half of `npm run build`, after tsc has written the library to dist/lib:
//   dist/runtime   the corrected Unicorn engine, and V8 code caches
//   dist/cli       the command: a launcher and one bundle of our own code with commander
// Why a bundle and caches: seventy small modules and 3 MB of scripts cost more time to load than a replay takes.

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const runtime = join(dist, 'runtime');
const cli = join(dist, 'cli');
const require = createRequire(import.meta.url);

for (const folder of [runtime, cli]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

const enginePackage = dirname(require.resolve('@specy/x86/package.json'));
const { correctEngineSource } = await import(pathToFileURL(join(dist, 'lib/emulator/unicorn/corrections.js')).href);
const pristine = readFileSync(join(enginePackage, 'dist/x86/deps/unicorn-x86.min.js'), 'latin1');
writeFileSync(join(runtime, 'unicorn-x86.js'), correctEngineSource(pristine), 'latin1');
copyFileSync(join(enginePackage, 'LICENSE'), join(runtime, 'LICENSE.unicorn'));

writeFileSync(join(cli, 'package.json'), '{ "type": "commonjs" }\n');
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['capstone-wasm', 'iced-x86'],
  define: { 'import.meta.url': '__moduleUrl' },
  legalComments: 'inline',
  charset: 'ascii',
  logLevel: 'warning',
};
await build({ ...common, entryPoints: [join(root, 'src/cli/main.ts')], outfile: join(cli, 'main.js') });
await build({
  ...common,
  entryPoints: [join(root, 'src/cli/run.ts')],
  outfile: join(cli, 'replay.js'),
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
chmodSync(join(cli, 'main.js'), 0o755);

// One real replay, so that the caches hold exactly the functions that a replay needs.
const warmUp = spawnSync(process.execPath, [join(cli, 'main.js'), join(root, 'scenarios/kni-fifo-put/oops.log')], {
  env: { ...process.env, REPLAY_WRITE_CODE_CACHE: '1' },
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (warmUp.status === null || warmUp.status > 1) throw new Error(`the warm-up replay ended with ${warmUp.status}`);
