// The search for the signs of reports, where the system can run it.

import { compileSignSearch } from '../snapshot/byte-log-reader.ts';

/** Nothing where the processor has no vectors for WebAssembly (SSE4.1): what follows is only slower. */
export function compileFastSearch(): WebAssembly.Module | undefined {
  try {
    return compileSignSearch();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
