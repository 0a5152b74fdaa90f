// Finds division errors and their reason, as the engine only says that there was one. Intel SDM vol. 2A, DIV, IDIV, AAM.

import type { FaultCause } from '../../machine/fault-cause.ts';
import { type RegisterFile, registerPart } from '../../machine/registers.ts';
import { type ExecutionContext, littleEndian, type Raised, raise } from './rule.ts';

/** Raises #DE where the division does; the engine makes the others. */
export function divide(context: ExecutionContext): Raised | undefined {
  const { instruction, state, proved } = context;
  const cause = causeOf(context);
  if (cause === undefined) return undefined;
  return raise('divide-error', state.registers.eip, {
    cause: proved || instruction.mnemonic === 'aam' ? cause : undefined,
  });
}

function causeOf(context: ExecutionContext): FaultCause | undefined {
  const { instruction, state } = context;
  const [operand] = instruction.operands;
  if (instruction.mnemonic === 'aam') {
    return operand?.kind === 'immediate' && (operand.value & 0xff) === 0 ? { code: 'aam-by-zero' } : undefined;
  }
  if (instruction.mnemonic !== 'div' && instruction.mnemonic !== 'idiv') return undefined;
  const divisor = divisorOf(context);
  if (divisor === undefined) return undefined;
  if (divisor.value === 0n) return { code: 'division-by-zero' };
  const { width } = divisor;
  const dividend = dividendOf(state.registers, width);
  if (instruction.mnemonic === 'div') {
    return (dividend / divisor.value) >> BigInt(width) === 0n
      ? undefined
      : { code: 'quotient-too-large', width, signed: false };
  }
  const quotient = BigInt.asIntN(2 * width, dividend) / BigInt.asIntN(width, divisor.value);
  return BigInt.asIntN(width, quotient) === quotient ? undefined : { code: 'quotient-too-large', width, signed: true };
}

function divisorOf({ instruction, state, accesses }: ExecutionContext): { value: bigint; width: number } | undefined {
  const [operand] = instruction.operands;
  const [access] = accesses;
  if (operand?.kind === 'memory' && access !== undefined) {
    return { value: BigInt(littleEndian(access.bytes)), width: 8 * access.size };
  }
  const part = operand?.kind === 'register' ? registerPart(operand.name) : undefined;
  if (part === undefined) return undefined;
  const value = BigInt.asUintN(part.width, BigInt(state.registers[part.register]) >> BigInt(part.shift));
  return { value, width: part.width };
}

/** ax, dx:ax or edx:eax. */
function dividendOf(registers: RegisterFile, width: number): bigint {
  const low = BigInt.asUintN(width === 8 ? 16 : width, BigInt(registers.eax));
  return width === 8 ? low : (BigInt.asUintN(width, BigInt(registers.edx)) << BigInt(width)) | low;
}
