// WebAssembly modules as machine code. Node keeps and takes none, but V8 has functions for it that its own tests call, by names with a `%`.
// V8 refuses what another version, other flags or a processor with other features made; without these functions it refuses the names.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

type Restore = (compiled: ArrayBuffer, bytes: Uint8Array) => WebAssembly.Module | undefined;
type Keep = (module: WebAssembly.Module) => ArrayBuffer;

/** Sizes of the module and of what was compiled: V8 looks at neither, and a build may have been cut short. */
const HEADER_BYTES = 8;

/** The module with these bytes, from what `keepModule` gave for it; undefined where V8 would not have made that of it. */
export function restoreModule(path: string, bytes: Uint8Array): WebAssembly.Module | undefined {
  if (!existsSync(path)) return undefined;
  const compiled = readCompiled(path, bytes.length);
  restore ??= nativeFunction('compiled', 'bytes', 'return %DeserializeWasmModule(compiled, bytes)') as Restore;
  return compiled && restore(compiled, bytes);
}
let restore: Restore | undefined;

/** Of the module with `size` bytes; what V8 takes has to be all of its buffer. */
function readCompiled(path: string, size: number): ArrayBuffer | undefined {
  const file = openSync(path, 'r');
  try {
    const rest = fstatSync(file).size - HEADER_BYTES;
    const header = new Uint32Array(HEADER_BYTES / Uint32Array.BYTES_PER_ELEMENT);
    if (readSync(file, header) < HEADER_BYTES || header[0] !== size || header[1] !== rest) return undefined;
    const compiled = new ArrayBuffer(rest);
    return readSync(file, new Uint8Array(compiled)) === rest ? compiled : undefined;
  } finally {
    closeSync(file);
  }
}

/**
 * All functions that V8's optimising compiler has compiled so far of the module, which has `size` bytes. V8 ends the process where there is
 * none, so only the build calls this.
 * @public build/compile-modules.mjs takes it from dist/modules
 */
export function keepModule(module: WebAssembly.Module, size: number): Uint8Array {
  const keep = nativeFunction('module', 'return %SerializeWasmModule(module)') as Keep;
  const compiled = new Uint8Array(keep(module));
  const header = new Uint8Array(Uint32Array.of(size, compiled.length).buffer);
  return Buffer.concat([header, compiled]);
}

/** Does nothing where this V8 does not know the names. The flag is part of what V8 compares, so it stays set for no longer. */
function nativeFunction(...text: readonly string[]): unknown {
  setFlagsFromString('--allow-natives-syntax');
  try {
    return new Function(...text);
  } catch {
    return () => undefined;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
