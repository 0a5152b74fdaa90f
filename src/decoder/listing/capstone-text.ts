// Raw disassembly text of one instruction by capstone.

import type { U32 } from '../../machine/u32.ts';
import type { Syntax } from '../decoder.ts';
import type { Lister } from './lister.ts';
import type { RawText } from './listing-line.ts';

/** The part of the package that is used here. */
export interface CapstoneNamespace {
  readonly loadCapstone: () => Promise<void>;
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

export class CapstoneText implements Lister {
  readonly #namespace: CapstoneNamespace;
  readonly #engines = new Map<Syntax, CapstoneEngine>();

  private constructor(namespace: CapstoneNamespace) {
    this.#namespace = namespace;
  }

  static async load(namespace: CapstoneNamespace): Promise<CapstoneText> {
    await namespace.loadCapstone();
    return new CapstoneText(namespace);
  }

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
