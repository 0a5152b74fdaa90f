// The counterpart of node/runtime/load-parts.ts for a browser: engine and disassembler, put together.

import { startIced } from 'replay:iced';
import { createCpu } from '../cpu/create-cpu.ts';
import { createDecoder } from '../decoder/create-decoder.ts';
import { IcedText } from '../decoder/listing/iced-text.ts';
import { startEngineModule } from '../emulator/unicorn/engine-module.ts';
import { createUnicornEmulator } from '../emulator/unicorn/unicorn-emulator.ts';
import type { ReplayParts } from '../replay/replay.ts';

/** The compiled WebAssembly modules that a replay runs on. */
export interface PageModules {
  readonly engine: WebAssembly.Module;
  readonly iced: WebAssembly.Module;
}

/** Listing text is iced's own: capstone-wasm names no licence under which a page could pass it on. */
export function startParts({ engine, iced }: PageModules): ReplayParts {
  const namespace = startIced(iced);
  const decoder = createDecoder(namespace, new IcedText(namespace));
  return { decoder, cpu: createCpu(createUnicornEmulator(startEngineModule(engine)), decoder) };
}
