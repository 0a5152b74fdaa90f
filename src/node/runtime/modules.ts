// The WebAssembly modules that a replay runs on. The launcher begins with them, as they are compiled on other threads while V8 reads the scripts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isKnownCapstone } from '../../decoder/listing/known-capstone.ts';
import { capstoneModuleFile, ENGINE_FILE, ICED_MODULE_FILE, runtimeFolder } from './runtime-files.ts';

export interface RuntimeModules {
  readonly engine: Promise<WebAssembly.Module>;
  readonly iced: Promise<WebAssembly.Module>;
  /** Absent where the installed package is another one than `capstone-glue.ts` knows: its own script loads it then. */
  readonly capstone?: Promise<WebAssembly.Module>;
}

/** Throws ReplayError 'engine/missing' where the package was not built. */
export function beginModules(): RuntimeModules {
  const folder = runtimeFolder();
  const capstoneFile = capstoneModuleFile();
  // All are read before the first is compiled: threads that compile hold up whoever asks the system for memory.
  const engine = readFileSync(join(folder, ENGINE_FILE));
  const iced = readFileSync(join(folder, ICED_MODULE_FILE));
  const capstone = capstoneFile === undefined ? undefined : readFileSync(capstoneFile);
  return {
    engine: compile(engine),
    iced: compile(iced),
    ...(capstone && isKnownCapstone(capstone) && { capstone: compile(capstone) }),
  };
}

/** V8 checks the bytes on other threads, and compiles each function when it is called first. */
function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const module = WebAssembly.compile(bytes);
  // Whoever needs the module sees the error; a run may need none.
  module.catch(() => undefined);
  return module;
}
