// A small stand-in for the script of capstone-wasm 1.0.3: the few calls that a listing needs, made directly to the package's
// WebAssembly module. The package's own script costs 10 ms at each start. The module itself is read from the package.

import { MAX_INSTRUCTION_LENGTH } from '../instruction.ts';
import type { CapstoneNamespace } from './capstone-text.ts';

/** The exports have no names of their own: these letters are those of the module that `isKnownCapstone`. */
interface CapstoneExports extends Record<string, WebAssembly.ExportValue> {
  /** The memory. */
  readonly c: WebAssembly.Memory;
  /** The constructors, to be called once. */
  readonly d: () => void;
  readonly i: (architecture: number, mode: number, handlePointer: number) => number;
  readonly k: (handle: number, option: number, value: number) => number;
  readonly l: (handle: number, code: number, size: number, address: bigint, count: number, result: number) => number;
  readonly m: (instructions: number, count: number) => void;
  readonly x: (size: number) => number;
}

/** `cs_insn` of capstone 5 for 32-bit pointers. */
const INSTRUCTION = { size: 16, mnemonic: 42, operands: 74 };
const POINTER_SIZE = 4;

/** capstone.h: `CS_ARCH_X86` and so on. */
const CONSTANTS = {
  CS_ARCH_X86: 3,
  CS_MODE_32: 4,
  CS_OPT_SYNTAX: 1,
  CS_OPT_SYNTAX_INTEL: 1,
  CS_OPT_SYNTAX_ATT: 2,
};

/** The part of the package that CapstoneText uses, on a module that `isKnownCapstone`; it is instantiated by the first listing. */
export function capstoneGlue(module: WebAssembly.Module): CapstoneNamespace {
  let instance: CapstoneExports | undefined;
  return {
    Const: CONSTANTS,
    loadCapstone: () => Promise.resolve(),
    Capstone: class {
      readonly #exports: CapstoneExports;
      readonly #handle: number;
      readonly #code: number;
      readonly #result: number;

      constructor(architecture: number, mode: number) {
        instance ??= instantiate(module);
        const exports = instance;
        const handlePointer = exports.x(POINTER_SIZE);
        const error = exports.i(architecture, mode, handlePointer);
        if (error !== 0) throw new Error(`cs_open: ${error}`);
        this.#exports = exports;
        this.#handle = new DataView(exports.c.buffer).getUint32(handlePointer, true);
        this.#code = exports.x(MAX_INSTRUCTION_LENGTH);
        this.#result = exports.x(POINTER_SIZE);
      }

      setOption(option: number, value: number): number {
        return this.#exports.k(this.#handle, option, value);
      }

      /** Disassembles the first instruction only. */
      disasm(bytes: Uint8Array, { address }: { readonly address: number }) {
        const exports = this.#exports;
        const memory = new Uint8Array(exports.c.buffer);
        const words = new DataView(exports.c.buffer);
        const code = bytes.subarray(0, MAX_INSTRUCTION_LENGTH);
        memory.set(code, this.#code);
        const found = exports.l(this.#handle, this.#code, code.length, BigInt(address), 1, this.#result);
        if (found === 0) throw new Error('cs_disasm: no instruction');
        const at = words.getUint32(this.#result, true);
        const instruction = {
          size: words.getUint16(at + INSTRUCTION.size, true),
          mnemonic: textAt(memory, at + INSTRUCTION.mnemonic),
          opStr: textAt(memory, at + INSTRUCTION.operands),
        };
        exports.m(at, found);
        return [instruction];
      }
    },
  };
}

function instantiate(module: WebAssembly.Module): CapstoneExports {
  const imports = {
    a: () => {
      throw new Error('capstone: out of memory');
    },
    b: (to: number, from: number, size: number) => new Uint8Array(exports.c.buffer).copyWithin(to, from, from + size),
  };
  const exports = new WebAssembly.Instance(module, { a: imports }).exports as CapstoneExports;
  exports.d();
  return exports;
}

/** Reads ASCII text up to a zero. */
function textAt(memory: Uint8Array, start: number): string {
  let text = '';
  for (let at = start; memory[at]; at++) text += String.fromCharCode(memory[at] as number);
  return text;
}
