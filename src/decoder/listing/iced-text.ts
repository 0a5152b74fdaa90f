// Raw disassembly text by iced-x86's own formatters, for where capstone may not be carried along: a page that is published.

import type { U32 } from '../../machine/u32.ts';
import type { Syntax } from '../decoder.ts';
import type { IcedNamespace } from '../iced/iced-namespace.ts';
import { icedHabits } from './iced-habits.ts';
import type { Lister } from './lister.ts';
import type { RawText } from './listing-line.ts';

type IcedFormatter = InstanceType<IcedNamespace['Formatter']>;

export class IcedText implements Lister {
  readonly habits = icedHabits;
  readonly #iced: IcedNamespace;
  readonly #formatters = new Map<Syntax, IcedFormatter>();

  constructor(iced: IcedNamespace) {
    this.#iced = iced;
  }

  text(bytes: Uint8Array, address: U32, syntax: Syntax): RawText | undefined {
    const decoder = new this.#iced.Decoder(32, bytes, this.#iced.DecoderOptions.None);
    decoder.ip = BigInt(address);
    const instruction = decoder.decode();
    decoder.free();
    try {
      if (instruction.isInvalid || instruction.length !== bytes.length) return undefined;
      const formatter = this.#formatter(syntax);
      const mnemonic = formatter.formatMnemonicOptions(instruction, this.#iced.FormatMnemonicOptions.NoPrefixes);
      return { mnemonic, operands: formatter.formatAllOperands(instruction) };
    } finally {
      instruction.free();
    }
  }

  #formatter(syntax: Syntax): IcedFormatter {
    const known = this.#formatters.get(syntax);
    if (known !== undefined) return known;
    const { Formatter, FormatterSyntax, MemorySizeOptions } = this.#iced;
    const formatter = new Formatter(syntax === 'att' ? FormatterSyntax.Gas : FormatterSyntax.Intel);
    formatter.gasShowMnemonicSizeSuffix = true;
    formatter.showBranchSize = false;
    formatter.usePseudoOps = false;
    if (syntax === 'intel') formatter.memorySizeOptions = MemorySizeOptions.Always;
    formatter.hexPrefix = '0x';
    formatter.hexSuffix = '';
    formatter.uppercaseHex = false;
    formatter.smallHexNumbersInDecimal = false;
    this.#formatters.set(syntax, formatter);
    return formatter;
  }
}
