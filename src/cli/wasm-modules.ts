// The three WebAssembly modules of a replay, compiled on other threads from the moment that the command starts.

import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReplayError } from '../machine/errors.ts';
import { KNOWN_MODULE_SIZE } from './capstone-glue.ts';
import type { Insertion, ScratchReader } from './scratch-reader.ts';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Where the build puts what it makes of other packages, seen from this file in the package and in a checkout. */
const RUNTIME_FOLDERS = [
  join(here, '..', 'runtime'),
  join(here, '..', '..', 'runtime'),
  join(here, '..', '..', 'dist', 'runtime'),
];
const ENGINE_FILE = 'unicorn-x86.wasm';
export const ICED_MODULE_FILE = 'iced_x86_bg.wasm';
/** Compile hints for a module that is not ours to change: see build/compile-hints.mjs. */
const CAPSTONE_HINTS_FILE = 'capstone.hints';

export interface WasmModules {
  /** The folder with the files of the build. */
  readonly runtime: string;
  readonly engine: Promise<WebAssembly.Module>;
  readonly iced: Promise<WebAssembly.Module>;
  /** Absent where the module is not the one that `capstone-glue.ts` knows. */
  readonly capstone?: Promise<WebAssembly.Module>;
}

/** Starts to compile. Throws ReplayError 'engine/missing' where the package was not built. */
export function compileModules(reader: ScratchReader): WasmModules {
  const runtime = RUNTIME_FOLDERS.find((folder) => existsSync(join(folder, ENGINE_FILE)));
  if (runtime === undefined)
    throw new ReplayError('engine/missing', { path: join(RUNTIME_FOLDERS[0] ?? '', ENGINE_FILE) });
  const compile = (path: string, hints?: Insertion): Promise<WebAssembly.Module> => {
    const module = WebAssembly.compile(reader.read(path, hints));
    // Whoever needs it sees the error; nobody may need it.
    module.catch(() => undefined);
    return module;
  };
  const capstone = capstoneModuleFile();
  const isKnown = statSync(capstone).size === KNOWN_MODULE_SIZE;
  return {
    runtime,
    engine: compile(join(runtime, ENGINE_FILE)),
    iced: compile(join(runtime, ICED_MODULE_FILE)),
    ...(isKnown && { capstone: compile(capstone, readHints(reader, join(runtime, CAPSTONE_HINTS_FILE))) }),
  };
}

/** The package's own folder first: to resolve its name costs Node as much as to compile it. */
function capstoneModuleFile(): string {
  const file = join('capstone-wasm', 'dist', 'capstone.wasm');
  const packageRoot = join(here, '..', '..');
  const likely = [join(packageRoot, 'node_modules', file), join(packageRoot, '..', file)];
  return likely.find((path) => existsSync(path)) ?? join(dirname(require.resolve('capstone-wasm')), 'capstone.wasm');
}

/** The position in the file, then what belongs there. */
function readHints(reader: ScratchReader, path: string): Insertion {
  const bytes = Uint8Array.from(reader.read(path));
  return { position: new DataView(bytes.buffer).getUint32(0, true), bytes: bytes.subarray(4) };
}
