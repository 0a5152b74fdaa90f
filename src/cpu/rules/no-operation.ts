// Hints and fences: they change nothing, and the engine takes some of their encodings for longer instructions.
// Intel SDM vol. 2, NOP, PAUSE, PREFETCHh, LFENCE, MFENCE, SFENCE.

import { advance, type Done, type ExecutionContext } from './rule.ts';

const NO_OPERATION = /^(nop|pause|[lms]fence|prefetch.*|endbr32|endbr64|cldemote)$/;

export function noOperation({ instruction, state }: ExecutionContext): Done | undefined {
  if (!NO_OPERATION.test(instruction.mnemonic)) return undefined;
  return { kind: 'done', registers: advance(instruction, state.registers, {}) };
}
