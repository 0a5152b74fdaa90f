// The only file that names capstone-wasm: raw disassembly text of one instruction.

import type { U32 } from '../../machine/u32.ts';
import type { Syntax } from '../decoder.ts';

/** The part of the package that is used here. */
export interface CapstoneNamespace {
  readonly loadCapstone: (overrides?: Record<string, unknown>) => Promise<void>;
  readonly Capstone: new (architecture: number, mode: number) => CapstoneEngine;
  readonly Const: Readonly<
    Record<'CS_ARCH_X86' | 'CS_MODE_32' | 'CS_OPT_SYNTAX' | 'CS_OPT_SYNTAX_ATT' | 'CS_OPT_SYNTAX_INTEL', number>
  >;
}

interface CapstoneEngine {
  setOption(option: number, value: number): number;
  /** Throws where the first bytes are no instruction. */
  disasm(
    bytes: Uint8Array,
    options: { readonly address: number; readonly count: number },
  ): readonly { readonly size: number; readonly mnemonic: string; readonly opStr: string }[];
}

/** Mnemonic and operands as capstone writes them. */
export interface RawText {
  readonly mnemonic: string;
  readonly operands: string;
}

export class CapstoneText {
  readonly #namespace: CapstoneNamespace;
  readonly #engines = new Map<Syntax, CapstoneEngine>();

  private constructor(namespace: CapstoneNamespace) {
    this.#namespace = namespace;
  }

  /**
   * Loads the disassembler. With the bytes of its `capstone.wasm` the module is compiled at once on this thread, which is
   * faster than the package's own asynchronous way; without them the package finds the file itself.
   */
  static async load(namespace?: CapstoneNamespace, wasm?: BufferSource): Promise<CapstoneText> {
    const capstone = namespace ?? (await import('capstone-wasm'));
    await capstone.loadCapstone(wasm && { instantiateWasm: instantiateAtOnce(wasm) });
    return new CapstoneText(capstone);
  }

  /** Undefined where capstone does not know the instruction. */
  text(bytes: Uint8Array, address: U32, syntax: Syntax): RawText | undefined {
    try {
      const [instruction] = this.#engine(syntax).disasm(bytes, { address, count: 1 });
      if (instruction === undefined || instruction.size !== bytes.length) return undefined;
      return { mnemonic: instruction.mnemonic, operands: instruction.opStr };
    } catch {
      return undefined;
    }
  }

  #engine(syntax: Syntax): CapstoneEngine {
    const known = this.#engines.get(syntax);
    if (known !== undefined) return known;
    const { Capstone, Const } = this.#namespace;
    const engine = new Capstone(Const.CS_ARCH_X86, Const.CS_MODE_32);
    engine.setOption(Const.CS_OPT_SYNTAX, syntax === 'att' ? Const.CS_OPT_SYNTAX_ATT : Const.CS_OPT_SYNTAX_INTEL);
    this.#engines.set(syntax, engine);
    return engine;
  }
}

/** Emscripten's hook: instantiates and hands the instance over before it returns. */
function instantiateAtOnce(wasm: BufferSource) {
  return (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): WebAssembly.Exports => {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), imports);
    receive(instance);
    return instance.exports;
  };
}
