// Finds, loads and wires the engine and the disassemblers under Node. The only file that names the Unicorn adapter.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { createCpu } from '../cpu/create-cpu.ts';
import type { IcedNamespace } from '../decoder/iced/iced-namespace.ts';
import type { CapstoneNamespace } from '../decoder/listing/capstone-text.ts';
import { loadDecoder } from '../decoder/load-decoder.ts';
import { correctEngineSource } from '../emulator/unicorn/corrections.ts';
import { createUnicornEmulator } from '../emulator/unicorn/unicorn-emulator.ts';
import type { UnicornModule } from '../emulator/unicorn/unicorn-module.ts';
import { ReplayError } from '../machine/errors.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { capstoneGlue, KNOWN_MODULE_SIZE } from './capstone-glue.ts';
import { type CachedScript, evaluateCached, requireCached } from './code-cache.ts';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Where the build puts the corrected engine and the code caches, seen from this file in the package and in a checkout. */
const RUNTIME_FOLDERS = [
  join(here, '..', 'runtime'),
  join(here, '..', '..', 'runtime'),
  join(here, '..', '..', 'dist', 'runtime'),
];
const ENGINE_FILE = 'unicorn-x86.js';
const ICED_FILE = 'iced-x86.js';

export interface LoadedParts extends ReplayParts {
  /** Scripts whose compiled code the build keeps. */
  readonly scripts: readonly CachedScript[];
}

/** Loads everything a replay needs. Throws ReplayError 'engine/…' where the engine is missing or not the pinned one. */
export async function loadParts(): Promise<LoadedParts> {
  const runtime = RUNTIME_FOLDERS.find((folder) => existsSync(join(folder, ENGINE_FILE)));
  // The engine last: after its heap of 16 MB, each further file that is read would start a garbage collection.
  const capstone = loadCapstone();
  const iced = loadIced(runtime);
  const engine = runtime === undefined ? engineFromPackage() : engineFromRuntime(runtime);
  const emulator = createUnicornEmulator(engine.module);
  const decoder = await loadDecoder({ iced: iced.namespace, capstone });
  return { decoder, cpu: createCpu(emulator, decoder), scripts: [...iced.scripts, ...engine.scripts] };
}

function loadCapstone(): CapstoneNamespace {
  const script = require.resolve('capstone-wasm');
  const bytes = readFileSync(join(dirname(script), 'capstone.wasm'));
  if (bytes.length !== KNOWN_MODULE_SIZE) return require(script) as CapstoneNamespace;
  return capstoneGlue(new WebAssembly.Module(bytes));
}

/** What the build cut out of the package, or the package. */
function loadIced(runtime: string | undefined): {
  readonly namespace: IcedNamespace;
  readonly scripts: readonly CachedScript[];
} {
  if (runtime === undefined) return { namespace: require('iced-x86') as IcedNamespace, scripts: [] };
  const path = join(runtime, ICED_FILE);
  const { exports, script } = requireCached(path, require);
  return { namespace: exports as IcedNamespace, scripts: [script] };
}

type LoadedEngine = { readonly module: UnicornModule; readonly scripts: readonly CachedScript[] };

function engineFromRuntime(runtime: string): LoadedEngine {
  const script = evaluateCached(join(runtime, ENGINE_FILE));
  return { module: (script.value as () => UnicornModule)(), scripts: [script] };
}

/** In a checkout that has not been built: the package's file, corrected on the way. */
function engineFromPackage(): LoadedEngine {
  const path = enginePackageFile();
  const create = runInThisContext(correctEngineSource(readFileSync(path, 'latin1'))) as () => UnicornModule;
  return { module: create(), scripts: [] };
}

function enginePackageFile(): string {
  try {
    return join(dirname(require.resolve('@specy/x86/package.json')), 'dist', 'x86', 'deps', 'unicorn-x86.min.js');
  } catch (cause) {
    throw new ReplayError('engine/missing', { path: join(RUNTIME_FOLDERS[0] ?? '', ENGINE_FILE) }, { cause });
  }
}
