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
import { ScratchReader } from './scratch-reader.ts';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Where the build puts the corrected engine and the code caches, seen from this file in the package and in a checkout. */
const RUNTIME_FOLDERS = [
  join(here, '..', 'runtime'),
  join(here, '..', '..', 'runtime'),
  join(here, '..', '..', 'dist', 'runtime'),
];
const ENGINE_FILE = 'unicorn-x86.js';
const ENGINE_IMAGE_FILE = 'unicorn-x86.image';
const ICED_FILE = 'iced-x86.js';
const ICED_MODULE_FILE = 'iced_x86_bg.wasm';

export interface LoadedParts extends ReplayParts {
  /** Scripts whose compiled code the build keeps. */
  readonly scripts: readonly CachedScript[];
}

/** Loads everything a replay needs. Throws ReplayError 'engine/…' where the engine is missing or not the pinned one. */
export async function loadParts(reader = new ScratchReader()): Promise<LoadedParts> {
  const runtime = RUNTIME_FOLDERS.find((folder) => existsSync(join(folder, ENGINE_FILE)));
  // V8 compiles the modules on other threads while this one starts the engine.
  const capstone = loadCapstone(reader.read(capstoneModuleFile()));
  if (runtime === undefined) {
    const emulator = createUnicornEmulator(engineFromPackage());
    const iced = require('iced-x86') as IcedNamespace;
    const decoder = await loadDecoder({ iced, capstone: await capstone });
    return { decoder, cpu: createCpu(emulator, decoder), scripts: [] };
  }
  const icedModule = WebAssembly.compile(reader.read(join(runtime, ICED_MODULE_FILE)));
  const engine = evaluateCached(join(runtime, ENGINE_FILE), reader);
  const iced = loadIced(runtime, reader, await icedModule);
  const decoder = await loadDecoder({ iced: iced.exports as IcedNamespace, capstone: await capstone });
  // The engine last: after its heap of 16 MB, whatever is large would start a garbage collection.
  const image = reader.read(join(runtime, ENGINE_IMAGE_FILE));
  const emulator = createUnicornEmulator((engine.value as () => UnicornModule)(), image);
  return { decoder, cpu: createCpu(emulator, decoder), scripts: [iced.script, engine] };
}

/** The package's own folder first: to resolve its name costs Node as much as to compile it. */
function capstoneModuleFile(): string {
  const file = join('capstone-wasm', 'dist', 'capstone.wasm');
  const packageRoot = join(here, '..', '..');
  const likely = [join(packageRoot, 'node_modules', file), join(packageRoot, '..', file)];
  return likely.find((path) => existsSync(path)) ?? join(dirname(require.resolve('capstone-wasm')), 'capstone.wasm');
}

async function loadCapstone(bytes: Buffer<ArrayBuffer>): Promise<CapstoneNamespace> {
  if (bytes.length !== KNOWN_MODULE_SIZE) return require('capstone-wasm') as CapstoneNamespace;
  return capstoneGlue(await WebAssembly.compile(bytes));
}

/** What the build cut out of iced-x86, with its WebAssembly module. */
export function loadIced(
  runtime: string,
  reader: ScratchReader,
  module: WebAssembly.Module,
): ReturnType<typeof requireCached> {
  return requireCached(join(runtime, ICED_FILE), reader, (id) =>
    id === `./${ICED_MODULE_FILE}` ? module : require(id),
  );
}

/** In a checkout that has not been built: the package's file, corrected on the way. */
function engineFromPackage(): UnicornModule {
  const path = enginePackageFile();
  return (runInThisContext(correctEngineSource(readFileSync(path, 'latin1'))) as () => UnicornModule)();
}

function enginePackageFile(): string {
  try {
    return join(dirname(require.resolve('@specy/x86/package.json')), 'dist', 'x86', 'deps', 'unicorn-x86.min.js');
  } catch (cause) {
    throw new ReplayError('engine/missing', { path: join(RUNTIME_FOLDERS[0] ?? '', ENGINE_FILE) }, { cause });
  }
}
