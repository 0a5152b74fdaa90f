// What the build made for a replay to run on, in dist/runtime, with the module of capstone-wasm: loaded the moment that the command starts.

import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KNOWN_MODULE_SIZE } from './capstone-glue.ts';
import { type CachedScript, evaluateCached } from './code-cache.ts';
import { ENGINE_FILE, runtimeFolder } from './runtime-folder.ts';
import type { ScratchReader } from './scratch-reader.ts';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

const ENGINE_IMAGE_FILE = 'unicorn-x86.image';
const ICED_FILE = 'iced-x86.js';
export const ICED_MODULE_FILE = 'iced_x86_bg.wasm';
const CAPSTONE_MODULE_FILE = 'capstone.wasm';

export interface Runtime {
  readonly engine: Promise<WebAssembly.Module>;
  /** The engine's memory after it was opened; valid until another file is read. */
  readEngineImage(): Uint8Array;
  readonly iced: Promise<WebAssembly.Module>;
  readonly icedScript: CachedScript;
  /** Absent where the module is not the one that `capstone-glue.ts` knows. */
  readonly capstone?: Promise<WebAssembly.Module>;
}

/** Gives the module with these bytes from what the build compiled of it, the file at `compiled`; nothing where that does not serve. */
export type RestoreModule = (compiled: string, bytes: Uint8Array) => WebAssembly.Module | undefined;

/** Modules that nobody restores begin to be compiled. Throws ReplayError 'engine/missing' where the package was not built. */
export function loadRuntime(reader: ScratchReader, restore: RestoreModule = () => undefined): Runtime {
  const folder = runtimeFolder();
  const load = async (name: string, path = join(folder, name)): Promise<WebAssembly.Module> => {
    const bytes = reader.read(path);
    return restore(join(folder, `${name}.compiled`), bytes) ?? WebAssembly.compile(bytes);
  };
  const capstone = capstoneModuleFile();
  const runtime = {
    engine: load(ENGINE_FILE),
    iced: load(ICED_MODULE_FILE),
    ...(statSync(capstone).size === KNOWN_MODULE_SIZE && { capstone: load(CAPSTONE_MODULE_FILE, capstone) }),
    icedScript: evaluateCached(join(folder, ICED_FILE), reader),
    readEngineImage: () => reader.read(join(folder, ENGINE_IMAGE_FILE)),
  };
  // Whoever needs a module sees the error; nobody may need it.
  for (const module of [runtime.engine, runtime.iced, runtime.capstone]) module?.catch(() => undefined);
  return runtime;
}

/** The package's own folder first: to resolve its name costs Node as much as to compile it. */
function capstoneModuleFile(): string {
  const file = join('capstone-wasm', 'dist', CAPSTONE_MODULE_FILE);
  const packageRoot = join(here, '..', '..');
  const likely = [join(packageRoot, 'node_modules', file), join(packageRoot, '..', file)];
  return (
    likely.find((path) => existsSync(path)) ?? join(dirname(require.resolve('capstone-wasm')), CAPSTONE_MODULE_FILE)
  );
}
