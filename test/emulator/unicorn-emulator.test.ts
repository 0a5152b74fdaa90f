// The Unicorn adapter under the contract of every engine, and what only this engine does.

import { expect, it } from 'vitest';
import { createUnicornEmulator } from '../../src/emulator/unicorn/unicorn-emulator.ts';
import { REGISTER_NAMES, type RegisterFile } from '../../src/machine/registers.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { emulatorContract } from './emulator-contract.ts';
import { loadEngine } from './load-engine.ts';

const engine = createUnicornEmulator(loadEngine());

emulatorContract(engine);

it('reads and writes more than fits into its buffer', () => {
  const bytes = Uint8Array.from({ length: 0x3000 }, (_, i) => (i * 7) >>> 3);
  engine.reset();
  engine.map(0x40_0000 as U32, 0x3000, 'rw');
  engine.write(0x40_0000 as U32, bytes);
  expect(engine.read(0x40_0000 as U32, bytes.length)).toEqual(bytes);
});

it('survives an abort of the engine', () => {
  const code = 0x40_0000 as U32;
  const start = Object.fromEntries(REGISTER_NAMES.map((name) => [name, 0])) as RegisterFile;
  const run = (bytes: Uint8Array) => {
    engine.map(code, 0x1000, 'rx');
    engine.write(code, bytes);
    engine.setRegisters({ ...start, eax: 6 as U32, eip: code });
    return engine.step(bytes.length);
  };
  engine.reset();
  expect(run(Uint8Array.of(0x0f, 0xc5, 0xc1, 0x00)).kind).toBe('engine-failure');
  expect(run(Uint8Array.of(0x40))).toEqual({ kind: 'completed' });
  expect(engine.registers().eax).toBe(7);
});
