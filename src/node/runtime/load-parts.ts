// The one door to what a replay runs on under Node: the engine and the disassemblers, put together. The only file that names the Unicorn
// adapter.

import { createCpu } from '../../cpu/create-cpu.ts';
import { createDecoder } from '../../decoder/create-decoder.ts';
import { capstoneGlue } from '../../decoder/listing/capstone-glue.ts';
import { CapstoneText } from '../../decoder/listing/capstone-text.ts';
import { startEngineModule } from '../../emulator/unicorn/engine-module.ts';
import { createUnicornEmulator } from '../../emulator/unicorn/unicorn-emulator.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import { beginModules, type RuntimeModules } from './modules.ts';
import { startIced } from './trimmed-iced.ts';

/**
 * Loads everything that a replay needs; `modules` are those that a launcher began with. Throws ReplayError 'engine/missing' where the package
 * was not built.
 */
export async function loadParts(modules: RuntimeModules = beginModules()): Promise<ReplayParts> {
  const iced = startIced(await modules.iced);
  const capstone = modules.capstone ? capstoneGlue(await modules.capstone) : await import('capstone-wasm');
  const decoder = createDecoder(iced, await CapstoneText.load(capstone));
  // The engine comes last: after its heap of 16 MB, whatever is large would start a garbage collection.
  const emulator = createUnicornEmulator(startEngineModule(await modules.engine));
  return { decoder, cpu: createCpu(emulator, decoder) };
}
