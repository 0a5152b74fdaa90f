// `node build/compile-modules.mjs LOG…`: explains the logs, then keeps beside each WebAssembly module in dist/runtime the machine code of the
// functions that this called. A process of its own, as it changes V8's flags.

import { statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { startSignSearch } from '../dist/modules/carriers/linux-log/scan/byte-log-reader.js';
import { run } from '../dist/modules/node/cli/command-line.js';
import { keepModule } from '../dist/modules/node/runtime/compiled-module.js';
import { loadRuntime } from '../dist/modules/node/runtime/runtime.js';
import { ScratchReader } from '../dist/modules/node/runtime/scratch-reader.js';
import { loadFastSearch } from '../dist/modules/node/scan/fast-search.js';

/** V8 keeps only what its optimising compiler made: let that compile each function, when it is called first. */
setFlagsFromString('--no-liftoff');
const runtime = loadRuntime(new ScratchReader());
const exitCode = await run(process.argv.slice(2), { runtime });
const search = loadFastSearch();
if (search) {
  const { bytes, find, count } = startSignSearch(search);
  bytes.set(Buffer.from('Oops'));
  find(0, bytes.length);
  count(0, bytes.length);
}
// And what `--no-liftoff` implied: V8 compares the flags when it takes the modules back.
for (const flag of ['--liftoff', '--wasm-dynamic-tiering', '--wasm-tier-up']) setFlagsFromString(flag);

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/runtime');
const capstone = join(dirname(createRequire(import.meta.url).resolve('capstone-wasm')), 'capstone.wasm');
for (const [name, module, file] of [
  ['unicorn-x86.wasm', runtime.engine],
  ['iced_x86_bg.wasm', runtime.iced],
  ['capstone.wasm', runtime.capstone, capstone],
  ['sign-search.wasm', search],
]) {
  if (!module) continue;
  const { size } = statSync(file ?? join(folder, name));
  writeFileSync(join(folder, `${name}.compiled`), keepModule(await module, size));
}
process.exit(exitCode);
