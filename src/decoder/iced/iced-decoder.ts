// Decodes bytes by iced-x86. Its objects live in WebAssembly memory and are freed here, each as soon as it is read.

import { registerPart } from '../../machine/registers.ts';
import type { U32 } from '../../machine/u32.ts';
import type { Extent } from '../decoder.ts';
import {
  type FlowKind,
  type Instruction,
  MAX_INSTRUCTION_LENGTH,
  type Operand,
  type RegisterUse,
} from '../instruction.ts';
import { flagUse } from './flag-use.ts';
import type { IcedInstruction, IcedInstructionInfo, IcedNamespace } from './iced-namespace.ts';
import { impliedOperands } from './memory-operands.ts';
import { plainMnemonic } from './mnemonics.ts';
import { operandsOf } from './operands.ts';
import { mergeRegisterUses } from './register-uses.ts';
import { createVocabulary, type Vocabulary } from './vocabulary.ts';

/** A replay decodes the same instructions when it aligns the window, runs them and proves the lead-up. */
const REMEMBERED = 256;

export class IcedDecoder {
  readonly #iced: IcedNamespace;
  readonly #words: Vocabulary;
  /** One cell and one factory serve all decodes, as making them costs more than decoding. */
  readonly #cell: IcedInstruction;
  readonly #infos: InstanceType<IcedNamespace['InstructionInfoFactory']>;
  /** The last decoded instructions by address. An instruction depends on nothing but its own bytes and its address. */
  readonly #recent = new Map<U32, Instruction>();

  constructor(iced: IcedNamespace) {
    this.#iced = iced;
    this.#words = createVocabulary(iced);
    this.#cell = new iced.Instruction();
    this.#infos = new iced.InstructionInfoFactory();
  }

  decode(bytes: Uint8Array, offset: number, address: U32): Instruction | undefined {
    const recent = this.#recent.get(address);
    if (recent?.bytes.every((byte, i) => byte === bytes[offset + i])) return recent;
    const instruction = this.#decodeAfresh(bytes.subarray(offset, offset + MAX_INSTRUCTION_LENGTH), address);
    if (instruction === undefined) return undefined;
    if (this.#recent.size >= REMEMBERED) this.#recent.clear();
    this.#recent.set(address, instruction);
    return instruction;
  }

  #decodeAfresh(available: Uint8Array, address: U32): Instruction | undefined {
    if (available.length === 0) return undefined;
    const decoder = new this.#iced.Decoder(32, available, this.#iced.DecoderOptions.None);
    decoder.ip = BigInt(address);
    decoder.decodeOut(this.#cell);
    decoder.free();
    if (this.#cell.isInvalid) return undefined;
    const info = this.#infos.info(this.#cell);
    const instruction = this.#model(address, available.slice(0, this.#cell.length), info);
    info.free();
    return instruction;
  }

  extents(bytes: Uint8Array): readonly Extent[] {
    const decoder = new this.#iced.Decoder(32, bytes, this.#iced.DecoderOptions.None);
    const extents: Extent[] = [];
    for (let offset = 0; offset < bytes.length; offset++) {
      decoder.position = offset;
      decoder.decodeOut(this.#cell);
      if (!this.#cell.isInvalid) extents.push({ kind: 'whole', length: this.#cell.length });
      else if (decoder.lastError === this.#iced.DecoderError.NoMoreBytes) extents.push({ kind: 'truncated' });
      else extents.push({ kind: 'invalid' });
    }
    decoder.free();
    return extents;
  }

  #model(address: U32, bytes: Uint8Array, info: IcedInstructionInfo): Instruction {
    const cell = this.#cell;
    const iced = this.#iced;
    const code = iced.Code[cell.code] ?? '';
    const mnemonic = plainMnemonic(iced.Mnemonic[cell.mnemonic] ?? '', cell.isStringInstruction);
    const operands = operandsOf(iced, this.#words, cell, info, mnemonic);
    const written = operands.flatMap((operand) => (operand.kind === 'memory' ? [operand.memory] : []));
    const rep = repeatPrefix(cell);
    const target = operands.find((operand) => operand.kind === 'target')?.address;
    const condition = conditionOf(mnemonic, this.#words.conditions[cell.conditionCode]);
    return {
      address,
      length: bytes.length,
      bytes,
      mnemonic,
      code,
      operands,
      memory: [...written, ...impliedOperands(iced, this.#words, info, written)],
      registers: this.#registers(info),
      flags: flagUse(iced, cell, {
        mnemonic,
        repeated: rep !== 'none',
        countInRegister: operands.some((operand) => operand.kind === 'register' && operand.name === 'cl'),
        rotatesFullCircle: rotatesFullCircle(mnemonic, operands, cell.rflagsModified),
        operandSize: /^(Pushf|Popf|Iret)w$/.test(code) ? 16 : 32,
      }),
      flow: this.#flow(mnemonic),
      ...(target !== undefined && { target }),
      ...(condition !== undefined && { condition }),
      prefixes: { lock: cell.hasLockPrefix, rep },
      privileged: cell.isPrivileged,
      stackDelta: stackDelta(mnemonic, operands, cell),
    };
  }

  #registers(info: IcedInstructionInfo): readonly RegisterUse[] {
    const uses: RegisterUse[] = [];
    for (const used of info.usedRegisters()) {
      const name = this.#words.registers[used.register];
      const access = this.#words.accesses[used.access] ?? 'none';
      used.free();
      if (name !== undefined) uses.push({ name, access });
    }
    return mergeRegisterUses(uses);
  }

  #flow(mnemonic: string): FlowKind {
    // Iced counts these as calls; they enter the kernel, or a hypervisor, as an interrupt does.
    const flow = this.#words.flows[this.#cell.flowControl] ?? 'next';
    if (flow === 'call' && mnemonic !== 'call') return 'interrupt';
    return mnemonic === 'xbegin' ? 'conditional-branch' : flow;
  }
}

function repeatPrefix(cell: IcedInstruction): 'none' | 'rep' | 'repne' {
  if (!cell.isStringInstruction) return 'none';
  if (cell.hasRepPrefix) return 'rep';
  return cell.hasRepnePrefix ? 'repne' : 'none';
}

function rotatesFullCircle(mnemonic: string, [, count]: readonly Operand[], modifiedFlags: number): boolean {
  if (modifiedFlags !== 0 || (mnemonic !== 'rcl' && mnemonic !== 'rcr')) return false;
  return count?.kind === 'immediate' && (count.value & 31) !== 0;
}

function conditionOf(mnemonic: string, condition: string | undefined): string | undefined {
  if (mnemonic === 'jcxz' || mnemonic === 'jecxz') return 'cxz';
  return mnemonic.startsWith('loop') ? mnemonic : condition;
}

/** Constant changes only: see `Instruction.stackDelta`. */
function stackDelta(mnemonic: string, operands: readonly Operand[], cell: IcedInstruction): number {
  if (mnemonic === 'iret' || mnemonic === 'leave') return 0;
  const [first] = operands;
  if (mnemonic === 'pop' && first?.kind === 'register' && registerPart(first.name)?.register === 'esp') return 0;
  return cell.stackPointerIncrement;
}
