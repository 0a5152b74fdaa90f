// ldmxcsr with reserved bits set: the engine accepts them. Intel SDM vol. 2A, LDMXCSR.

import { type ExecutionContext, littleEndian, type Raised, raise } from './rule.ts';

/** Bits 16 to 31 are reserved on every processor. */
const RESERVED = 0xffff_0000;

export function loadMxcsr({ instruction, state, accesses, proved }: ExecutionContext): Raised | undefined {
  const [access] = accesses;
  if (instruction.mnemonic !== 'ldmxcsr' || access === undefined) return undefined;
  if ((littleEndian(access.bytes) & RESERVED) === 0) return undefined;
  return raise('general-protection', state.registers.eip, {
    errorCode: 0,
    cause: proved ? { code: 'mxcsr-reserved-bits' } : undefined,
  });
}
