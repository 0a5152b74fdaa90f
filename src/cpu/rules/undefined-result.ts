// Encodings whose result the manual leaves undefined, or that processors decode differently: not run.

import { registerPart } from '../../machine/registers.ts';
import type { ExecutionContext, Unsupported } from './rule.ts';

const REPEAT_PREFIXES: ReadonlySet<number> = new Set([0xf2, 0xf3]);
const LOOPS: ReadonlySet<string> = new Set(['loope', 'loopne']);

export function undefinedResult(context: ExecutionContext): Unsupported | undefined {
  const { mnemonic, code, bytes } = context.instruction;
  const undefinedForm =
    code === 'Bswap_r16' ||
    (LOOPS.has(mnemonic) && bytes.subarray(0, -2).some((byte) => REPEAT_PREFIXES.has(byte))) ||
    isDoubleShiftTooFar(context);
  if (!undefinedForm) return undefined;
  return { kind: 'unsupported', reason: `what this form of ${mnemonic} does differs from processor to processor` };
}

/** shld and shrd of a word by more than 16. */
function isDoubleShiftTooFar({ instruction, state }: ExecutionContext): boolean {
  if (instruction.mnemonic !== 'shld' && instruction.mnemonic !== 'shrd') return false;
  const [, filler, count] = instruction.operands;
  const isWord = filler?.kind === 'register' && registerPart(filler.name)?.width === 16;
  const value = count?.kind === 'immediate' ? count.value : state.registers.ecx;
  return isWord && (value & 31) > 16;
}
