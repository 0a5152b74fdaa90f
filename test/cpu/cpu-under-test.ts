// The CPU with the engine and decoder that the program uses.

import type { Cpu } from '../../src/cpu/cpu.ts';
import { createCpu } from '../../src/cpu/create-cpu.ts';
import type { Decoder } from '../../src/decoder/decoder.ts';
import { createUnicornEmulator } from '../../src/emulator/unicorn/unicorn-emulator.ts';
import { loadDecoder } from '../decoder/load-decoder.ts';
import { loadEngine } from '../emulator/load-engine.ts';

export async function loadCpu(): Promise<{ cpu: Cpu; decoder: Decoder }> {
  const decoder = await loadDecoder();
  return { cpu: createCpu(createUnicornEmulator(loadEngine()), decoder), decoder };
}
