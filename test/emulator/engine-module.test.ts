// The WebAssembly that the build makes of the published script computes what the script computes, down to the last byte of its heap.

import { expect, it } from 'vitest';
import { correctEngineSource } from '../../src/emulator/unicorn/corrections.ts';
import { startEngineModule } from '../../src/emulator/unicorn/engine-module.ts';
import { UC, UC_REGISTERS } from '../../src/emulator/unicorn/unicorn-calls.ts';
import { createUnicornEmulator } from '../../src/emulator/unicorn/unicorn-emulator.ts';
import { REGISTER_NAMES, type RegisterFile } from '../../src/machine/registers.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { writeEngineModule } from '../../tools/unicorn-wasm/write-engine-module.ts';
import { evaluatePublished, FIRST_USED, loadEngine, loadScript, readEngineSource } from './load-engine.ts';

const INSTRUCTIONS = 4_000;
const LONGEST = 15;
const CODE = 0x40_0000;
const DATA = 0x50_0000;
/** Prefixes and escapes, so that random bytes reach every part of the instruction set: two-byte opcodes, SSE, x87, string instructions. */
const STARTS = [[], [], [], [0x0f], [0x0f], [0x66, 0x0f], [0xf3], [0xf2, 0x0f], [0xd8], [0xd9], [0xdd], [0x0f, 0x38]];
/** `pextrw` to a register ends the engine, and a new heap is laid out otherwise. */
const PEXTRW = 0xc5;

/** Numerical Recipes' linear congruential generator: the same bytes in each run. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

it('leaves the same registers, stops and heap as the script, instruction for instruction', () => {
  const modules = [loadScript(), loadEngine()] as const;
  const engines = modules.map((module) => createUnicornEmulator(module));
  const random = generator(20_261_126);
  const kinds = new Set<string>();
  for (const engine of engines) {
    engine.map(CODE as U32, 0x1000, 'rwx');
    engine.map(DATA as U32, 0x1000, 'rw');
  }
  for (let i = 0; i < INSTRUCTIONS; i++) {
    const start = STARTS[random(STARTS.length)] ?? [];
    const bytes = Uint8Array.from([...start, ...Array.from({ length: LONGEST }, () => random(256))]);
    if (bytes.includes(PEXTRW)) continue;
    const registers = Object.fromEntries(
      REGISTER_NAMES.map((name) => [name, random(3) === 0 ? random(2 ** 32) : DATA + random(0x1000)]),
    );
    const results = engines.map((engine) => {
      engine.write(CODE as U32, bytes);
      engine.setRegisters({ ...registers, eip: CODE } as RegisterFile);
      const stop = engine.step(1 + (i % LONGEST));
      return { stop, registers: engine.registers() };
    });
    kinds.add(results[0]?.stop.kind ?? '');
    expect(results[1], `${i}: ${Buffer.from(bytes).toString('hex')}`).toEqual(results[0]);
  }
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(['access-violation', 'completed', 'interrupt', 'invalid-instruction']),
  );
  const [script, built] = modules.map(({ bytes }) => bytes.subarray(FIRST_USED)) as [Uint8Array, Uint8Array];
  expect(Buffer.compare(built, script)).toBe(0);
});

it('is silent, and needs no page or process around it', () => {
  const { error, log } = console;
  const noise: unknown[] = [];
  console.error = console.log = (...words: unknown[]) => noise.push(words);
  try {
    createUnicornEmulator(loadEngine()).close();
  } finally {
    Object.assign(console, { error, log });
  }
  expect(noise).toEqual([]);
});

it('has the constants of the package', () => {
  const { uc } = evaluatePublished(readEngineSource());
  for (const [name, value] of Object.entries(UC)) expect(value, name).toBe(uc[name]);
  for (const [name, value] of Object.entries(UC_REGISTERS))
    expect(value, name).toBe(uc[`X86_REG_${name.toUpperCase()}`]);
});

it('may call up to eight functions of ours', () => {
  const module = loadEngine();
  const places = Array.from({ length: 8 }, () => module.addFunction(() => 0));
  expect(new Set(places).size).toBe(8);
  expect(() => module.addFunction(() => 0)).toThrow(expect.objectContaining({ code: 'engine/call-failed' }));
  module.removeFunction(places[3] as number);
  expect(module.addFunction(() => 0)).toBe(places[3]);
});

it('is not made of a script with a form that nobody has looked at', () => {
  const source = correctEngineSource(readEngineSource());
  const first = 'function NA(A){A|=0;';
  expect(source).toContain(first);
  for (const [form, words] of [
    ['A**=2;', 'an int'],
    ['A=A+1<A?1:0;', 'numbers that are loose and signed'],
    ['if(A-1)A=0;', 'the truth of a sum'],
    ['while(A)A=0;', 'a statement'],
    ['nowhere(A);', 'a call'],
  ])
    expect(() => writeEngineModule(source.replace(first, `${first}${form}`)), form).toThrow(words);
});

it('refuses a module that asks for what it does not give', () => {
  const import_ = [2, 9, 1, 1, 0x65, 4, 0x6f, 0x74, 0x68, 0x72, 0, 0];
  const module = Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 4, 1, 0x60, 0, 0],
    ...[2, import_.length - 2, ...import_.slice(2)],
  );
  expect(() => startEngineModule(new WebAssembly.Module(module))).toThrow(
    expect.objectContaining({ code: 'engine/call-failed', context: { call: 'othr', code: 'unknown import' } }),
  );
});
