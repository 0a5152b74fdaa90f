// The search for the signs of reports, compiled as well as V8 can: the command asks for quick compilation, which pays only for what runs once.

import { setFlagsFromString } from 'node:v8';
import { compileSignSearch } from '../snapshot/byte-log-reader.ts';
import { LAZINESS } from './v8-flags.ts';

/** Nothing where the processor has no vectors for WebAssembly (SSE4.1): what follows is only slower. */
export function compileFastSearch(): WebAssembly.Module | undefined {
  // In this order: `--liftoff-only` implies `--liftoff`.
  setFlagsFromString('--no-liftoff-only');
  setFlagsFromString('--no-liftoff');
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return compileSignSearch();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  } finally {
    setFlagsFromString('--liftoff');
    setFlagsFromString('--liftoff-only');
    setFlagsFromString(LAZINESS);
  }
}
