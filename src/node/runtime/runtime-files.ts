// Where the files lie that a replay runs on: what the build wrote to dist/runtime, and the module of capstone-wasm.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ReplayError } from '../../machine/errors.ts';

const here = import.meta.dirname;
/** As seen from a bundle in dist/cli or dist/lib, from dist/modules/node/runtime, and from src/node/runtime in a checkout. */
const FOLDERS = ['../runtime', '../../../runtime', '../../../dist/runtime'].map((path) => join(here, path));
export const ENGINE_FILE = 'unicorn-x86.wasm';
export const ICED_FILE = 'iced-x86.mjs';
export const ICED_MODULE_FILE = 'iced_x86_bg.wasm';

/** Where the build put the file; absent where the package was not built. */
export function runtimeFile(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Throws ReplayError 'engine/missing' where the package was not built. */
export function runtimeFolder(): string {
  const engine = runtimeFile(ENGINE_FILE);
  if (engine === undefined) throw new ReplayError('engine/missing', { path: join(FOLDERS[0] ?? '', ENGINE_FILE) });
  return dirname(engine);
}

/** In the nearest node_modules that has the package, as Node would find it; absent where packages are kept in another way. */
export function capstoneModuleFile(): string | undefined {
  for (let folder = here; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', 'capstone-wasm', 'dist', 'capstone.wasm');
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}
