// The search for the signs of reports that the build wrote as a module, where the system can run it.

import { readFileSync } from 'node:fs';
import { runtimeFile } from '../runtime/runtime-files.ts';

const SEARCH_FILE = 'sign-search.wasm';

/** Nothing where the processor has no vectors for WebAssembly (SSE4.1), or where the package was not built: what follows is only slower. */
export function loadFastSearch(): WebAssembly.Module | undefined {
  const file = runtimeFile(SEARCH_FILE);
  if (file === undefined) return undefined;
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
