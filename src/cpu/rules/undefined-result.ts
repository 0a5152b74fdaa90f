// Encodings whose result the manual leaves undefined, that processors decode differently, or that the engine computes wrongly: not run.

import { registerPart } from '../../machine/registers.ts';
import type { ExecutionContext, Unsupported } from './rule.ts';

const REPEAT_PREFIXES: ReadonlySet<number> = new Set([0xf2, 0xf3]);
const LOOPS: ReadonlySet<string> = new Set(['loope', 'loopne']);

export function undefinedResult(context: ExecutionContext): Unsupported | undefined {
  const { mnemonic, code, bytes } = context.instruction;
  const undefinedForm =
    code === 'Bswap_r16' ||
    mnemonic === 'reservednop' ||
    (LOOPS.has(mnemonic) && bytes.subarray(0, -2).some((byte) => REPEAT_PREFIXES.has(byte))) ||
    isDoubleShiftTooFar(context);
  if (overwritesItsSource(context)) {
    return { kind: 'unsupported', reason: { code: 'source-overwritten', mnemonic } };
  }
  if (!undefinedForm) return undefined;
  return { kind: 'unsupported', reason: { code: 'processor-dependent', mnemonic } };
}

const IN_PLACE = /^(ph(add|sub)(w|d|sw)|pmov[sz]x(bw|bd|bq|wd|wq|dq)|phminposuw|packusdw)$/;

/** The engine writes the first elements before it has read the last. */
function overwritesItsSource({ instruction }: ExecutionContext): boolean {
  const [destination, source] = instruction.operands;
  return (
    IN_PLACE.test(instruction.mnemonic) &&
    destination?.kind === 'register' &&
    source?.kind === 'register' &&
    destination.name === source.name
  );
}

/** shld and shrd of a word by more than 16. */
function isDoubleShiftTooFar({ instruction, state }: ExecutionContext): boolean {
  if (instruction.mnemonic !== 'shld' && instruction.mnemonic !== 'shrd') return false;
  const [, filler, count] = instruction.operands;
  const isWord = filler?.kind === 'register' && registerPart(filler.name)?.width === 16;
  const value = count?.kind === 'immediate' ? count.value : state.registers.ecx;
  return isWord && (value & 31) > 16;
}
