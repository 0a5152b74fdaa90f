// An engine that was started in another process and filled in from its image.

import { describe, expect, it } from 'vitest';
import { createUnicornEmulator, engineImage } from '../../src/emulator/unicorn/unicorn-emulator.ts';
import { emulatorContract } from './emulator-contract.ts';
import { loadEngine } from './load-engine.ts';

const image = engineImage(loadEngine());

emulatorContract(createUnicornEmulator(loadEngine(), image));

describe('an engine image', () => {
  it('leaves the heap as starting the engine does', () => {
    const [started, filled] = [loadEngine(), loadEngine()];
    createUnicornEmulator(started);
    createUnicornEmulator(filled, image);
    expect(Buffer.compare(filled.bytes, started.bytes)).toBe(0);
  });

  it('is refused where it is cut off or of another format', () => {
    const refused = expect.objectContaining({ code: 'engine/image' });
    expect(() => createUnicornEmulator(loadEngine(), image.slice(0, -1))).toThrow(refused);
    expect(() => createUnicornEmulator(loadEngine(), image.slice(0, -4))).toThrow(refused);
    expect(() => createUnicornEmulator(loadEngine(), Uint8Array.from([9, ...image.slice(1)]))).toThrow(refused);
  });

  it('is refused by a module in which another engine has hooks', () => {
    const used = loadEngine();
    createUnicornEmulator(used);
    expect(() => createUnicornEmulator(used, image)).toThrow(expect.objectContaining({ code: 'engine/image' }));
  });
});
