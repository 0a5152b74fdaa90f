// Each correction of the engine's file, by what goes wrong without it: shown with the script that the engine is made from.

import { describe, expect, it } from 'vitest';
import { correctEngineSource, ENGINE_CORRECTIONS } from '../../src/emulator/unicorn/corrections.ts';
import type { EngineModule } from '../../src/emulator/unicorn/unicorn-calls.ts';
import { createUnicornEmulator } from '../../src/emulator/unicorn/unicorn-emulator.ts';
import { REGISTER_NAMES, type RegisterFile } from '../../src/machine/registers.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { loadScript, readEngineSource } from './load-engine.ts';

const SOURCE = readEngineSource();

/** The corrected file, but for one correction. */
function without(name: string): string {
  const correction = ENGINE_CORRECTIONS.find((entry) => entry.name === name);
  if (correction === undefined) throw new Error(`no correction ${name}`);
  return correctEngineSource(SOURCE).replace(correction.replacement, () => correction.find);
}

/** `cmp %ebx,%eax` and `nop`, one after the other: eax and ecx must survive the flags. */
function registersAfterCompare(module: EngineModule): { eax: number; ecx: number } {
  const emulator = createUnicornEmulator(module);
  emulator.map(0x40_0000 as U32, 0x1000, 'rx');
  emulator.write(0x40_0000 as U32, Uint8Array.of(0x39, 0xd8, 0x90));
  const start = Object.fromEntries(REGISTER_NAMES.map((name) => [name, 0])) as RegisterFile;
  emulator.setRegisters({ ...start, eax: 0x1122_3344 as U32, ecx: 0x5566_7788 as U32, eip: 0x40_0000 as U32 });
  // Both in one block, as the second is what gets damaged.
  emulator.step(3);
  emulator.step(1);
  const { eax, ecx } = emulator.registers();
  emulator.close();
  return { eax, ecx };
}

/** What accesses on both sides of a page boundary and to a far page do, and the engine's memory afterwards. */
function accessesOf(corrected: string): { readonly stops: readonly unknown[]; readonly heap: Uint8Array } {
  const module = loadScript(corrected);
  const emulator = createUnicornEmulator(module);
  const code = 0x40_0000 as U32;
  const start = Object.fromEntries(REGISTER_NAMES.map((name) => [name, 0])) as RegisterFile;
  emulator.map(code, 0x1000, 'rwx');
  // mov (%eax),%ecx
  emulator.write(code, Uint8Array.of(0x8b, 0x08));
  for (const page of [0xc012_3000, 0xffff_f000, 0x1000]) {
    emulator.map(page as U32, 0x1000, 'rw');
    emulator.write(page as U32, new Uint8Array(0x1000).fill(page >>> 12));
  }
  emulator.unmap(0x1000 as U32, 0x1000);
  const stops = [0xc012_3000, 0xc012_3ffe, 0xc012_2fff, 0xffff_fffc, 0x1000, 0x40_0ffc].map((address) => {
    emulator.setRegisters({ ...start, eax: address as U32, eip: code });
    return { stop: emulator.step(2), ecx: emulator.registers().ecx };
  });
  const heap = module.bytes.slice();
  emulator.close();
  return { stops, heap };
}

/**
 * Two-byte increments of eax within a page and across two, which the caller makes decrements and then a store of the code increments
 * again: eax after each.
 */
function codeRuns(corrected: string): { readonly results: readonly number[]; readonly heap: Uint8Array } {
  const module = loadScript(corrected);
  const emulator = createUnicornEmulator(module);
  const start = Object.fromEntries(REGISTER_NAMES.map((name) => [name, 0])) as RegisterFile;
  const page = 0x40_0000 as U32;
  const places = [page, (page + 0xfff) as U32];
  const results: number[] = [];
  const count = (eip: U32) => {
    emulator.setRegisters({ ...emulator.registers(), eip });
    emulator.step(2);
    results.push(emulator.registers().eax);
  };
  emulator.map(page, 0x2000, 'rwx');
  emulator.setRegisters(start);
  for (const operation of [0xc0, 0xc8]) {
    for (const eip of places) {
      emulator.write(eip, Uint8Array.of(0xff, operation));
      count(eip);
    }
  }
  for (const eip of places) {
    // mov %cl,1(%edx)
    emulator.write((page + 0x100) as U32, Uint8Array.of(0x88, 0x4a, 0x01));
    const { eax } = emulator.registers();
    emulator.setRegisters({ ...start, eax, ecx: 0xc0 as U32, edx: eip, eip: (page + 0x100) as U32 });
    emulator.step(3);
    count(eip);
  }
  const heap = module.bytes.slice();
  emulator.close();
  return { results, heap };
}

describe('corrections of the engine', () => {
  it('refuses a file that a correction does not fit', () => {
    for (const { name, find } of ENGINE_CORRECTIONS) {
      const changed = SOURCE.replace(find, () => '');
      expect(() => correctEngineSource(changed), name).toThrow(
        expect.objectContaining({ code: 'engine/correction-lost', context: { correction: name } }),
      );
      expect(() => correctEngineSource(SOURCE + find), name).toThrow(
        expect.objectContaining({ code: 'engine/correction-lost' }),
      );
    }
  });

  it('code-hook-clobbers-registers: eax and ecx survive an instruction after a comparison', () => {
    const intact = { eax: 0x1122_3344, ecx: 0x5566_7788 };
    expect(registersAfterCompare(loadScript(correctEngineSource(SOURCE)))).toEqual(intact);
    expect(registersAfterCompare(loadScript(without('code-hook-clobbers-registers')))).not.toEqual(intact);
  });

  it('page-table-compaction: memory behaves as with compacted tables', () => {
    const plain = accessesOf(correctEngineSource(SOURCE));
    const compacted = accessesOf(without('page-table-compaction'));
    expect(plain.stops).toEqual(compacted.stops);
    expect(Buffer.compare(plain.heap, compacted.heap)).not.toBe(0);
  });

  it('slow-block-flush: memory is as the loop leaves it, with code on two pages and code that was changed', () => {
    const fast = codeRuns(correctEngineSource(SOURCE));
    const slow = codeRuns(without('slow-block-flush'));
    expect(fast.results).toEqual([1, 2, 1, 0, 1, 2]);
    expect(slow.results).toEqual(fast.results);
    expect(Buffer.compare(fast.heap, slow.heap)).toBe(0);
  });

  it('needless-optimiser: instructions compute the same from other operations', () => {
    const plain = codeRuns(correctEngineSource(SOURCE));
    const optimised = codeRuns(without('needless-optimiser'));
    expect(plain.results).toEqual(optimised.results);
    expect(Buffer.compare(plain.heap, optimised.heap)).not.toBe(0);
  });
});
