// Wires the engine and the disassemblers under Node. The only file that names the Unicorn adapter.

import { createRequire } from 'node:module';
import { createCpu } from '../../cpu/create-cpu.ts';
import type { IcedNamespace } from '../../decoder/iced/iced-namespace.ts';
import type { CapstoneNamespace } from '../../decoder/listing/capstone-text.ts';
import { loadDecoder } from '../../decoder/load-decoder.ts';
import { startEngineModule } from '../../emulator/unicorn/engine-module.ts';
import { createUnicornEmulator } from '../../emulator/unicorn/unicorn-emulator.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import { capstoneGlue } from './capstone-glue.ts';
import { type CachedScript, exportsOf } from './code-cache.ts';
import { ICED_MODULE_FILE, loadRuntime, type Runtime } from './runtime.ts';
import { ScratchReader } from './scratch-reader.ts';

const require = createRequire(import.meta.url);

/** Loads everything a replay needs. Throws ReplayError 'engine/…' where the engine is missing or not the one that was built. */
export async function loadParts(runtime: Runtime = loadRuntime(new ScratchReader())): Promise<ReplayParts> {
  const iced = icedNamespace(runtime.icedScript, await runtime.iced);
  const capstone: CapstoneNamespace = runtime.capstone
    ? capstoneGlue(await runtime.capstone)
    : (require('capstone-wasm') as CapstoneNamespace);
  const decoder = await loadDecoder({ iced, capstone });
  const emulator = createUnicornEmulator(startEngineModule(await runtime.engine), runtime.readEngineImage());
  return { decoder, cpu: createCpu(emulator, decoder) };
}

/** What the build cut out of iced-x86, with its WebAssembly module. */
export function icedNamespace(script: CachedScript, module: WebAssembly.Module): IcedNamespace {
  return exportsOf(script, (id) => (id === `./${ICED_MODULE_FILE}` ? module : require(id))) as IcedNamespace;
}
