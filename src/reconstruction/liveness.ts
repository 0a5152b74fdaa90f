// Which registers still matter at a step of the path: those that a later step reads before it overwrites them. A value that nothing
// reads any more says nothing about how the step was reached, and the other way round.

import type { Instruction } from '../decoder/instruction.ts';
import { ARITHMETIC_FLAGS } from '../machine/eflags.ts';
import { GENERAL_REGISTERS, type GeneralRegister, registerPart } from '../machine/registers.ts';
import type { PathStep } from './paths/path.ts';

/**
 * For each step, latest first: whether what each of GENERAL_REGISTERS holds there matters on this path: it is read from there on, or
 * kept to the end, or was read since a step of the path made it.
 */
export function meaningfulRegisters(steps: readonly PathStep[]): readonly (readonly boolean[])[] {
  const live = liveRegisters(steps);
  const used = GENERAL_REGISTERS.map(() => false);
  const result: (readonly boolean[])[] = [];
  for (let i = steps.length - 1; i >= 0; i--) {
    result[i] = GENERAL_REGISTERS.map((_, r) => (live[i]?.[r] ?? false) || (used[r] ?? false));
    const { instruction } = steps[i] as PathStep;
    GENERAL_REGISTERS.forEach((register, r) => {
      if (use(instruction, register) === true) used[r] = true;
      if (writesWhole(instruction, register)) used[r] = false;
    });
  }
  return result;
}

/** The first of the instructions, in the order of execution, that reads the register; undefined where it is overwritten before. */
export function firstReader(instructions: readonly Instruction[], register: GeneralRegister): Instruction | undefined {
  const first = instructions.find((instruction) => use(instruction, register) !== undefined);
  return first !== undefined && use(first, register) === true ? first : undefined;
}

/** For each step, latest first: whether each of GENERAL_REGISTERS is read, or kept, from there on. */
function liveRegisters(steps: readonly PathStep[]): readonly (readonly boolean[])[] {
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

function writesWhole(instruction: Instruction, register: string): boolean {
  return instruction.registers.some(
    ({ name, access }) => name === register && (access === 'write' || access === 'read-write'),
  );
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
