// The engine as the build makes it, and the script that it is made from. One per test file, as starting the script takes a tenth of a second.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { correctEngineSource } from '../../src/emulator/unicorn/corrections.ts';
import { startEngineModule } from '../../src/emulator/unicorn/engine-module.ts';
import type { EngineModule } from '../../src/emulator/unicorn/unicorn-calls.ts';

const BUILT = new URL('../../dist/runtime/unicorn-x86.wasm', import.meta.url);
let compiled: WebAssembly.Module | undefined;

/** The module that the package ships. */
export function loadEngine(): EngineModule {
  compiled ??= new WebAssembly.Module(readFileSync(BUILT));
  return startEngineModule(compiled);
}

/** The text that npm delivers. */
export function readEngineSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve('@specy/x86/dist/x86/deps/unicorn-x86.min.js'), 'latin1');
}

interface Published {
  readonly uc: Readonly<Record<string, unknown>>;
  readonly MUnicorn: Readonly<Record<string, (...args: unknown[]) => number>> & {
    readonly HEAPU8: Uint8Array;
    readonly HEAPU32: Uint32Array;
  };
}

/** Evaluates the published text, or a corrected one. It is an ES module that keeps its inner module to itself, and talks on stderr. */
export function evaluatePublished(source: string): Published {
  const text = source
    .replace('MUnicorn=new MUnicorn', 'MUnicorn=new MUnicorn({printErr(){}})')
    .replace('export{uc};', 'return{uc,MUnicorn}})');
  return (runInThisContext(`(function(){${text}`, { filename: 'unicorn-x86.js' }) as () => Published)();
}

/** The script as if it were the module. Its heap begins with marks that the script checks for stray writes: see FIRST_USED. */
export function loadScript(source = correctEngineSource(readEngineSource())): EngineModule {
  const { MUnicorn } = evaluatePublished(source);
  const calls = Object.entries(MUnicorn)
    .filter(([name, value]) => name.startsWith('_') && typeof value === 'function')
    .map(([name, value]) => [name.slice(1), value]);
  return {
    ...(Object.fromEntries(calls) as Omit<EngineModule, 'bytes' | 'words' | 'addFunction' | 'removeFunction'>),
    get bytes() {
      return MUnicorn.HEAPU8;
    },
    get words() {
      return MUnicorn.HEAPU32;
    },
    addFunction: (callback) => (MUnicorn.addFunction as (callback: unknown) => number)(callback),
    removeFunction: (place) => {
      (MUnicorn.removeFunction as (place: number) => unknown)(place);
    },
  };
}

/** In front of this address the script keeps marks of its own. */
export const FIRST_USED = 12;
