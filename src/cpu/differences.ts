// Where the engine is known to differ from a real CPU, with what is done about it. The differential test explains differences
// by this table only, `caveat` warns from it, and the documentation shows it.

import type { Instruction } from '../decoder/instruction.ts';

export interface EngineDifference {
  readonly name: string;
  /** Tells whether it concerns this instruction. */
  readonly concerns: (instruction: Instruction) => boolean;
  readonly difference: string;
  readonly handling: 'corrected' | 'not-run' | 'warned';
}

const named =
  (...mnemonics: readonly string[]) =>
  (instruction: Instruction): boolean =>
    mnemonics.includes(instruction.mnemonic);

export const ENGINE_DIFFERENCES: readonly EngineDifference[] = [
  {
    name: 'push-all-order',
    concerns: named('pusha'),
    difference: 'writes the words from the lowest address up, a CPU from the highest down',
    handling: 'corrected',
  },
];

const FAULTS_ELSEWHERE: ReadonlySet<string> = new Set([
  'pusha',
  'popa',
  'enter',
  'iret',
  'retf',
  'call',
  'fxsave',
  'clflush',
  'maskmovq',
  'maskmovdqu',
  'movbe',
]);

/** True where the engine's first bad access is not the CPU's, so that it cannot confirm a fault. */
export function faultsElsewhere(instruction: Instruction): boolean {
  return FAULTS_ELSEWHERE.has(instruction.mnemonic);
}

/** A warning for results that this program cannot vouch for. */
export function caveatOf(instruction: Instruction): string | undefined {
  return ENGINE_DIFFERENCES.find((entry) => entry.handling === 'warned' && entry.concerns(instruction))?.difference;
}
