// Finds the memory operands of one instruction: the one that the text shows, and those that only the mnemonic implies.

import { type GeneralRegister, registerPart } from '../../machine/registers.ts';
import { type U32, wrapU32 } from '../../machine/u32.ts';
import type { MemoryOperand, OperandAccess } from '../instruction.ts';
import type { IcedInstruction, IcedInstructionInfo, IcedNamespace } from './iced-namespace.ts';
import { asSegment, type Vocabulary } from './vocabulary.ts';

/** The symbolic parts of an address as iced names them. */
interface AddressParts {
  readonly segment: string | undefined;
  readonly base: string | undefined;
  readonly index: string | undefined;
  readonly scale: number;
  readonly displacement: bigint;
  /** Bits of an address that has no register. */
  readonly plainSize: 16 | 32;
}

/** The address that the ModRM byte, or the offset of a `mov` with eax, spells out. */
export function writtenAddress(words: Vocabulary, instruction: IcedInstruction): AddressParts {
  return {
    segment: words.registers[instruction.memorySegment],
    base: words.registers[instruction.memoryBase],
    index: words.registers[instruction.memoryIndex],
    scale: instruction.memoryIndexScale,
    displacement: instruction.memoryDisplacement,
    plainSize: instruction.memoryDisplSize === 2 ? 16 : 32,
  };
}

/** `ds:(%esi)` and its like: an address in one register that the opcode fixes. */
export function registerAddress(segment: string | undefined, base: string): AddressParts {
  return { segment, base, index: undefined, scale: 1, displacement: 0n, plainSize: 32 };
}

export interface OperandUse {
  readonly size: number;
  readonly access: OperandAccess;
  readonly explicit: boolean;
  readonly bitOffset?: string | undefined;
}

export function memoryOperand(parts: AddressParts, use: OperandUse): MemoryOperand {
  const base = parts.base === undefined ? undefined : registerPart(parts.base);
  const index = parts.index === undefined ? undefined : registerPart(parts.index);
  const isXlat = parts.index === 'al';
  const width = (isXlat ? base : (base ?? index))?.width ?? parts.plainSize;
  const isPair = width === 16 && base !== undefined && index !== undefined && !isXlat;
  return {
    segment: asSegment(parts.segment) ?? 'ds',
    ...(base && { base: isPair ? (`${parts.base}+${parts.index}` as 'bx+si') : base.register }),
    ...(isXlat ? { index: 'al' as const } : index && !isPair && { index: index.register as GeneralRegister }),
    ...(parts.index !== undefined && !index && { vectorIndex: parts.index }),
    scale: parts.scale as 1 | 2 | 4 | 8,
    displacement: wrapU32(Number(BigInt.asUintN(32, parts.displacement))) as U32,
    addressSize: width === 16 ? 16 : 32,
    ...(use.bitOffset !== undefined && { bitOffset: use.bitOffset }),
    size: use.access === 'none' ? 0 : use.size,
    access: use.access,
    explicit: use.explicit,
  };
}

/** Gives what the instruction touches beside `written`: stack words in the order of the accesses. */
export function impliedOperands(
  iced: IcedNamespace,
  words: Vocabulary,
  info: IcedInstructionInfo,
  written: readonly MemoryOperand[],
): readonly MemoryOperand[] {
  const used: MemoryOperand[] = [];
  for (const memory of info.usedMemory()) {
    used.push(
      memoryOperand(
        {
          segment: words.registers[memory.segment],
          base: words.registers[memory.base],
          index: words.registers[memory.index],
          scale: memory.scale,
          displacement: memory.displacement,
          plainSize: 32,
        },
        {
          size: iced.MemorySizeExt.size(memory.memorySize),
          access: words.accesses[memory.access] ?? 'none',
          explicit: false,
        },
      ),
    );
    memory.free();
  }
  // Iced lists the written operands first, and leaves out those without an access.
  const touched = written.filter((operand) => operand.access !== 'none');
  return used.slice(touched.length);
}
