// Works out the address of a memory operand from what is known at a place. Intel SDM vol. 1, "Specifying an Offset".

import { effectiveAddress } from '../cpu/effective-address.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { type GeneralRegister, REGISTER_NAMES, type RegisterFile, type RegisterName } from '../machine/registers.ts';
import { linearAddress, type U32, wrapU32 } from '../machine/u32.ts';
import { computed, type KnownValue, UNKNOWN } from './known-value.ts';
import { type MachineView, readWord } from './machine-view.ts';

export interface OperandAddress {
  readonly operand: MemoryOperand;
  /** The registers that the address is made of, with the factor of each. */
  readonly parts: readonly { readonly register: GeneralRegister; readonly scale: number; readonly value: KnownValue }[];
  readonly displacement: U32;
  /** The segment base. It is absent if it is 0, and unknown if the log does not determine it. */
  readonly segmentBase?: KnownValue;
  readonly linear: KnownValue;
  /** The value that memory holds there now. */
  readonly content: KnownValue;
}

/** Gives the operands that touch memory, first those that the text shows. An operand with a vector index has no single address. */
export function operandAddresses(instruction: Instruction, view: MachineView): readonly OperandAddress[] {
  return instruction.memory
    .filter((operand) => operand.access !== 'none' && operand.size > 0 && operand.vectorIndex === undefined)
    .map((operand) => addressOf(operand, view));
}

function addressOf(operand: MemoryOperand, view: MachineView): OperandAddress {
  const registers = view.registers();
  const parts = registersOf(operand).map(({ register, scale }) => ({ register, scale, value: registers[register] }));
  const base = view.segments()[operand.segment].base;
  const segmentBase: KnownValue = base === undefined ? UNKNOWN : { provenance: 'derived', value: base };
  const inputs = [...parts.map(({ value }) => value), ...(base === 0 ? [] : [segmentBase])];
  const isKnown = inputs.every(({ value }) => value !== undefined) && base !== undefined;
  const file = Object.fromEntries(
    REGISTER_NAMES.map((name): [RegisterName, U32] => [name, registers[name].value ?? wrapU32(0)]),
  ) as RegisterFile;
  const linear = isKnown
    ? computed(
        linearAddress(base, effectiveAddress(operand, file)),
        inputs.map(({ provenance }) => provenance),
      )
    : UNKNOWN;
  return {
    operand,
    parts,
    displacement: operand.displacement,
    ...(base !== 0 && { segmentBase }),
    linear,
    content: linear.value === undefined ? UNKNOWN : readWord(view, linear.value, Math.min(4, operand.size)),
  };
}

const PAIRS: Readonly<Record<string, readonly GeneralRegister[]>> = {
  'bx+si': ['ebx', 'esi'],
  'bx+di': ['ebx', 'edi'],
  'bp+si': ['ebp', 'esi'],
  'bp+di': ['ebp', 'edi'],
};

function registersOf({
  base,
  index,
  scale,
  bitOffset,
}: MemoryOperand): readonly { register: GeneralRegister; scale: number }[] {
  const bases = base === undefined ? [] : (PAIRS[base] ?? [base as GeneralRegister]);
  const moved = bitOffset === undefined ? [] : [bitOffset.length === 2 ? (`e${bitOffset}` as const) : bitOffset];
  return [
    ...bases.map((register) => ({ register, scale: 1 })),
    ...(index === undefined ? [] : [{ register: index === 'al' ? ('eax' as const) : index, scale }]),
    ...moved.map((register) => ({ register: register as GeneralRegister, scale: 1 })),
  ];
}
