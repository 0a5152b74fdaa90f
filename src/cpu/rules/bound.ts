// bound: the engine calls its handler instead of raising the exception. Intel SDM vol. 2A, BOUND.

import type { Instruction } from '../../decoder/instruction.ts';
import { type RegisterFile, registerPart } from '../../machine/registers.ts';
import { advance, type Done, type ExecutionContext, littleEndian, type Raised, raise } from './rule.ts';

/** What Intel's do where the upper limit cannot be read; undefined where the lower one is not known. */
export function isBelowLowerLimit(
  { operands: [index] }: Instruction,
  registers: RegisterFile,
  lowerLimit: Uint8Array | undefined,
): boolean | undefined {
  const part = index?.kind === 'register' ? registerPart(index.name) : undefined;
  if (part === undefined || lowerLimit === undefined) return undefined;
  const unused = 32 - part.width;
  return (registers[part.register] << unused) >> unused < (littleEndian(lowerLimit) << unused) >> unused;
}

export function bound(context: ExecutionContext): Done | Raised | undefined {
  const { instruction, state, accesses, proved } = context;
  const [index] = instruction.operands;
  const [limits] = accesses;
  const part = index?.kind === 'register' ? registerPart(index.name) : undefined;
  if (instruction.mnemonic !== 'bound' || part === undefined || limits === undefined) return undefined;
  const unused = 32 - part.width;
  const signed = (value: number) => (value << unused) >> unused;
  const value = signed(state.registers[part.register]);
  const lower = signed(littleEndian(limits.bytes, 0, part.width / 8));
  const upper = signed(littleEndian(limits.bytes, part.width / 8, part.width / 8));
  if (lower <= value && value <= upper) {
    return { kind: 'done', registers: advance(instruction, state.registers, {}) };
  }
  return raise('bound-range', state.registers.eip, {
    cause: proved
      ? { code: 'out-of-bounds', register: index?.kind === 'register' ? index.name : '', value, lower, upper }
      : undefined,
  });
}
