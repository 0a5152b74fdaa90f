// The operands of one instruction in Intel's order.

import { wrapU32 } from '../../machine/u32.ts';
import type { MemoryOperand, Operand, OperandAccess } from '../instruction.ts';
import type { IcedInstruction, IcedInstructionInfo, IcedNamespace } from './iced-namespace.ts';
import { memoryOperand, registerAddress, writtenAddress } from './memory-operands.ts';
import type { Vocabulary } from './vocabulary.ts';

const BIT_TESTS: ReadonlySet<string> = new Set(['bt', 'bts', 'btr', 'btc']);

export function operandsOf(
  iced: IcedNamespace,
  words: Vocabulary,
  instruction: IcedInstruction,
  info: IcedInstructionInfo,
  mnemonic: string,
): readonly Operand[] {
  const operands: Operand[] = [];
  for (let i = 0; i < instruction.opCount; i++) {
    operands.push(operandOf(iced, words, instruction, info, mnemonic, i));
  }
  return operands;
}

function operandOf(
  iced: IcedNamespace,
  words: Vocabulary,
  instruction: IcedInstruction,
  info: IcedInstructionInfo,
  mnemonic: string,
  index: number,
): Operand {
  const { OpKind } = iced;
  const kind = instruction.opKind(index);
  const access = words.accesses[info.opAccess(index)] ?? 'none';
  const immediate = (size: number): Operand => ({
    kind: 'immediate',
    value: wrapU32(Number(BigInt.asUintN(size * 8, instruction.immediate(index)))),
    size,
  });
  const string = (segment: string | undefined, base: string): Operand => ({
    kind: 'memory',
    memory: memoryOperand(registerAddress(segment, base), {
      size: iced.MemorySizeExt.size(instruction.memorySize),
      access,
      explicit: true,
    }),
  });
  switch (kind) {
    case OpKind.Register:
      return { kind: 'register', name: words.registers[instruction.opRegister(index)] ?? '', access };
    case OpKind.NearBranch16:
    case OpKind.NearBranch32:
      return { kind: 'target', address: wrapU32(Number(instruction.nearBranchTarget)) };
    case OpKind.FarBranch16:
    case OpKind.FarBranch32:
      return {
        kind: 'far-target',
        selector: instruction.farBranchSelector,
        offset: wrapU32(kind === OpKind.FarBranch16 ? instruction.farBranch16 : instruction.farBranch32),
      };
    case OpKind.Immediate8:
    case OpKind.Immediate8_2nd:
      return immediate(1);
    case OpKind.Immediate16:
    case OpKind.Immediate8to16:
      return immediate(2);
    case OpKind.MemorySegSI:
      return string(words.registers[instruction.memorySegment], 'si');
    case OpKind.MemorySegESI:
      return string(words.registers[instruction.memorySegment], 'esi');
    case OpKind.MemoryESDI:
      return string('es', 'di');
    case OpKind.MemoryESEDI:
      return string('es', 'edi');
    case OpKind.MemorySegDI:
    case OpKind.MemorySegEDI:
      return { kind: 'memory', memory: maskedStore(iced, words, instruction, access, kind === OpKind.MemorySegDI) };
    case OpKind.Memory:
      return { kind: 'memory', memory: writtenOperand(iced, words, instruction, access, mnemonic) };
    default:
      return immediate(4);
  }
}

/** maskmovq and maskmovdqu store the bytes that the mask selects; their text does not show the address. */
function maskedStore(
  iced: IcedNamespace,
  words: Vocabulary,
  instruction: IcedInstruction,
  access: OperandAccess,
  isShort: boolean,
): MemoryOperand {
  return memoryOperand(registerAddress(words.registers[instruction.memorySegment], isShort ? 'di' : 'edi'), {
    size: iced.MemorySizeExt.size(instruction.memorySize),
    access: access === 'write' ? 'conditional-write' : access,
    explicit: false,
  });
}

function writtenOperand(
  iced: IcedNamespace,
  words: Vocabulary,
  instruction: IcedInstruction,
  access: OperandAccess,
  mnemonic: string,
): MemoryOperand {
  const parts = writtenAddress(words, instruction);
  // Intel SDM vol. 2B, "POP": esp is moved before the address of the destination is computed.
  const moved = mnemonic === 'pop' && parts.base === 'esp' ? BigInt(instruction.stackPointerIncrement) : 0n;
  const bitNumber = BIT_TESTS.has(mnemonic) && instruction.op1Kind === iced.OpKind.Register;
  return memoryOperand(
    { ...parts, displacement: parts.displacement + moved },
    {
      size: iced.MemorySizeExt.size(instruction.memorySize),
      access,
      explicit: true,
      bitOffset: bitNumber ? words.registers[instruction.op1Register] : undefined,
    },
  );
}
