// The whole of iced-x86, cut down: the package describes 5,000 instruction codes twice each and exports 760 WebAssembly functions, and
// making all of that ready costs more time than every other part of a start.

import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import { transform } from 'esbuild';
import type { Bytes } from '../wasm/module-reader.ts';
import { presetMemory } from './preset-memory.ts';
import { trimScript, wordsOf } from './trim-script.ts';
import { trimWasm } from './trim-wasm.ts';

const READS_MODULE =
  /const path = require\('path'\)\.join\(__dirname, 'iced_x86_bg\.wasm'\);\s*const bytes = require\('fs'\)\.readFileSync\(path\);\s*const wasmModule = new WebAssembly\.Module\(bytes\);/;
/** What the trimmed script requires to get its compiled module. */
export const MODULE_ID = './iced_x86_bg.wasm';

type Package = typeof import('iced-x86');

export interface IcedPackage {
  readonly script: string;
  readonly wasm: Bytes;
  /** What the script exports. */
  readonly namespace: Package;
}

/** The text of a CommonJS module that requires its compiled WebAssembly module as `MODULE_ID`, and the bytes of that module. */
export async function trimIced(
  { script, wasm, namespace }: IcedPackage,
  sources: string,
): Promise<{ readonly script: string; readonly wasm: Bytes }> {
  const enumerations = (name: string) => namespace[name as 'Code'] as unknown as Record<string, string | number>;
  const trimmed = withModuleFromOutside(trimScript(script, wordsOf(sources), enumerations));
  const { code } = await transform(trimmed, {
    minifyWhitespace: true,
    minifySyntax: true,
    platform: 'node',
    target: 'node20',
  });
  const called = new Set(Array.from(trimmed.matchAll(/\bwasm\.(\w+)/g), ([, name = '']) => name));
  const smaller = trimWasm(wasm, (name) => called.has(name) || name.startsWith('__wbindgen'));
  const exported = new Set(WebAssembly.Module.exports(new WebAssembly.Module(smaller)).map(({ name }) => name));
  for (const name of called) if (!exported.has(name)) throw new Error(`iced-trim: the module has no ${name}`);
  return { script: code, wasm: withTables(code, smaller) };
}

/** The package reads and compiles its module itself; the command compiles it while it does something else. */
function withModuleFromOutside(text: string): string {
  const outside = text.replace(READS_MODULE, `const wasmModule = require('${MODULE_ID}');`);
  if (outside === text) throw new Error('iced-trim: the package reads its module in another way');
  return outside;
}

/** The module with the tables of opcodes in its data. The package builds them in memory with the first decoder, which takes 4 ms. */
function withTables(script: string, wasm: Bytes): Bytes {
  const { namespace, exports } = startPackage(script, wasm);
  const stackPointer = () => exports.__wbindgen_add_to_stack_pointer(0);
  const before = stackPointer();
  const decoder = new namespace.Decoder(32, Uint8Array.of(0x90), 0);
  const instruction = new namespace.Instruction();
  const factory = new namespace.InstructionInfoFactory();
  decoder.decodeOut(instruction);
  for (const part of [factory.info(instruction), factory, instruction, decoder]) part.free();
  if (stackPointer() !== before) throw new Error('iced-trim: the module keeps something outside its memory');
  return presetMemory(wasm, new Uint8Array(exports.memory.buffer));
}

interface IcedExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  __wbindgen_add_to_stack_pointer(bytes: number): number;
}

/** Evaluates the script, and keeps hold of the instance that it makes of `wasm`. */
function startPackage(script: string, wasm: Bytes): { namespace: Package; exports: IcedExports } {
  let exports: WebAssembly.Exports | undefined;
  class Instance extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      exports = this.exports;
    }
  }
  const require = createRequire(import.meta.url);
  const module = { exports: {} };
  const evaluate = runInThisContext(`(function (WebAssembly, module, require) {${script}})`);
  evaluate({ Instance }, module, (id: string) => (id === MODULE_ID ? new WebAssembly.Module(wasm) : require(id)));
  if (exports === undefined) throw new Error('iced-trim: the script makes no instance of its module');
  return { namespace: module.exports as Package, exports: exports as unknown as IcedExports };
}
