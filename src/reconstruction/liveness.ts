// Which registers still matter at a step of the path: those that a later step reads before it overwrites them. A value that nothing
// reads any more says nothing about how the step was reached, and the other way round.

import type { Instruction } from '../decoder/instruction.ts';
import { ARITHMETIC_FLAGS } from '../machine/eflags.ts';
import { GENERAL_REGISTERS, registerPart } from '../machine/registers.ts';
import type { PathStep } from './paths/path.ts';

/** For each step, latest first: whether each of GENERAL_REGISTERS is read, or kept, from there on. */
export function liveRegisters(steps: readonly PathStep[]): readonly (readonly boolean[])[] {
  let live: readonly boolean[] = GENERAL_REGISTERS.map(() => true);
  return steps.map((step) => {
    live = GENERAL_REGISTERS.map((register, i) => use(step.instruction, register) ?? live[i] ?? true);
    return live;
  });
}

/** True: read. False: overwritten as a whole without being read. Undefined: not touched, or written in parts. */
function use(instruction: Instruction, register: string): boolean | undefined {
  let overwritten = false;
  if (isZeroing(instruction, register)) return false;
  for (const { name, access } of instruction.registers) {
    const part = registerPart(name);
    if (part?.register !== register) continue;
    if (access !== 'write' && access !== 'none') return true;
    if (access === 'write' && part.width === 32) overwritten = true;
  }
  return overwritten ? false : undefined;
}

/** xor and sub of a register with itself read nothing that matters. */
function isZeroing({ mnemonic, operands }: Instruction, register: string): boolean {
  const [a, b] = operands;
  return (
    (mnemonic === 'xor' || mnemonic === 'sub') &&
    a?.kind === 'register' &&
    b?.kind === 'register' &&
    a.name === register &&
    b.name === register
  );
}

/** For each step, latest first: whether a flag is read from there on before all arithmetic flags are overwritten. */
export function liveFlags(steps: readonly PathStep[]): readonly boolean[] {
  let live = true;
  return steps.map(({ instruction: { flags } }) => {
    if ((flags.read & ARITHMETIC_FLAGS) !== 0) live = true;
    else if (((flags.written | flags.undefined) & ARITHMETIC_FLAGS) === ARITHMETIC_FLAGS && flags.conditional === 0)
      live = false;
    return live;
  });
}
