// Wires the engine and the disassemblers under Node. The only file that names the Unicorn adapter.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createCpu } from '../cpu/create-cpu.ts';
import type { Decoder } from '../decoder/decoder.ts';
import type { IcedNamespace } from '../decoder/iced/iced-namespace.ts';
import type { CapstoneNamespace } from '../decoder/listing/capstone-text.ts';
import { loadDecoder } from '../decoder/load-decoder.ts';
import { startEngineModule } from '../emulator/unicorn/engine-module.ts';
import { createUnicornEmulator } from '../emulator/unicorn/unicorn-emulator.ts';
import type { U32 } from '../machine/u32.ts';
import type { ReplayParts } from '../replay/replay.ts';
import { capstoneGlue } from './capstone-glue.ts';
import { type CachedScript, requireCached } from './code-cache.ts';
import { ScratchReader } from './scratch-reader.ts';
import { compileModules, ICED_MODULE_FILE, type WasmModules } from './wasm-modules.ts';

const require = createRequire(import.meta.url);
const ENGINE_IMAGE_FILE = 'unicorn-x86.image';
const ICED_FILE = 'iced-x86.js';

export interface LoadedParts extends ReplayParts {
  /** Scripts whose compiled code the build keeps. */
  readonly scripts: readonly CachedScript[];
}

/** Loads everything a replay needs. Throws ReplayError 'engine/…' where the engine is missing or not the one that was built. */
export async function loadParts(
  reader = new ScratchReader(),
  modules: WasmModules = compileModules(reader),
): Promise<LoadedParts> {
  const { runtime } = modules;
  const iced = loadIced(runtime, reader, await modules.iced);
  const capstone: CapstoneNamespace = modules.capstone
    ? capstoneGlue(await modules.capstone)
    : (require('capstone-wasm') as CapstoneNamespace);
  const decoder = await loadDecoder({ iced: iced.exports as IcedNamespace, capstone });
  warmUp(decoder);
  const engine = startEngineModule(await modules.engine);
  const emulator = createUnicornEmulator(engine, reader.read(join(runtime, ENGINE_IMAGE_FILE)));
  return { decoder, cpu: createCpu(emulator, decoder), scripts: [iced.script] };
}

/** While other threads compile the engine this one would only wait: it compiles what every report calls of the disassemblers. */
function warmUp(decoder: Decoder): void {
  for (const bytes of USUAL_INSTRUCTIONS) {
    const instruction = decoder.decode(Uint8Array.from(bytes), 0, 0 as U32);
    if (instruction) decoder.print(instruction, 'att');
  }
}

/** A store with base, index and scale; a load with a displacement; a sum with a constant; a conditional jump; a copy; a call. */
const USUAL_INSTRUCTIONS = [
  [0x89, 0x34, 0x88],
  [0x8b, 0x83, 0xd8, 0, 0, 0],
  [0x83, 0xc1, 0x04],
  [0x75, 0x06],
  [0x89, 0xc7],
  [0xe8, 0, 0, 0, 0],
];

/** What the build cut out of iced-x86, with its WebAssembly module. */
export function loadIced(
  runtime: string,
  reader: ScratchReader,
  module: WebAssembly.Module,
): ReturnType<typeof requireCached> {
  return requireCached(join(runtime, ICED_FILE), reader, (id) =>
    id === `./${ICED_MODULE_FILE}` ? module : require(id),
  );
}
