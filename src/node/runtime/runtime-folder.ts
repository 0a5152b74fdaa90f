// Where dist/runtime is, which the build fills.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReplayError } from '../../machine/errors.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** As seen from a bundle in dist/cli or dist/lib, from dist/modules/node/runtime, and from src/node/runtime in a checkout. */
const FOLDERS = ['../runtime', '../../../runtime', '../../../dist/runtime'].map((path) => join(here, path));
export const ENGINE_FILE = 'unicorn-x86.wasm';

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
