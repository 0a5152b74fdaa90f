// Two registers that are added, one of which should be a pointer and is 0.

import type { GeneralRegister } from '../../../machine/registers.ts';
import { PAGE_SIZE, type U32 } from '../../../machine/u32.ts';
import { baseLinks, type Crash, capped, certain, type Pointer, registerGround } from '../../crash.ts';
import type { Diagnosis } from '../../diagnosis.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds } from './about.ts';

export const nullArray: Rule = (crash) => {
  const { base, index } = crash;
  const found = summedArray(crash);
  if (found !== undefined) return [found];
  if (base?.value !== 0 || index === undefined || index.value === 0) return [];
  const table = perCpuTable(crash, index);
  if (table) {
    return [
      {
        kind: 'null-percpu-pointer',
        register: base.register,
        base: index.register,
        strength: capped('suggests', index.path),
        grounds: pointerGrounds(crash, base),
      },
    ];
  }
  if (index.scale === 1 && index.value >= PAGE_SIZE) return [];
  return [
    {
      kind: 'null-array',
      register: base.register,
      index: index.register,
      value: index.value,
      scale: index.scale,
      strength: index.scale === 1 ? 'suggests' : 'proves',
      grounds: [registerGround(base.register, 0 as U32), ...pointerGrounds(crash, index)],
    },
  ];
};

/** A `lea` of the lead-up added a scaled index to a base of 0. */
function summedArray(crash: Crash): Diagnosis | undefined {
  const { base, operand, leadUp } = crash;
  if (base === undefined || operand?.index !== undefined || leadUp === undefined) return undefined;
  for (const { step, kind } of baseLinks(crash)) {
    const at = leadUp.steps[step];
    const memory = at?.instruction.mnemonic === 'lea' ? at.instruction.memory[0] : undefined;
    if (at === undefined || memory?.base === undefined || memory.index === undefined || kind === 'copy') continue;
    const value = memory.index === 'al' ? undefined : certain(at.before[memory.index]);
    const start = certain(at.before[memory.base as GeneralRegister]);
    // The index itself is often lost with the register that it was in.
    if (start !== 0 || value === 0 || base.value === 0 || memory.scale === 1 || memory.index === 'al') continue;
    return {
      kind: 'null-array',
      register: memory.base as GeneralRegister,
      index: memory.index,
      ...(value !== undefined && { value }),
      scale: memory.scale,
      strength: capped('proves', base.path),
      grounds: pointerGrounds(crash, base),
    };
  }
  return undefined;
}

/** The per-cpu offsets are a table of words that the processor's number indexes. */
function perCpuTable({ leadUp }: Crash, { register }: Pointer): boolean {
  const chain = leadUp?.origin.find((one) => one.register === register);
  const link = chain?.links.at(-1);
  if (chain?.end.kind !== 'load' || link === undefined) return false;
  const operand = leadUp?.steps[link.step]?.instruction.memory[0];
  return operand !== undefined && operand.base === undefined && operand.index !== undefined && operand.scale === 4;
}

/** The index of a scale of 1 is as good a base: compilers put either first. */
export const swappedPerCpu: Rule = (crash) => {
  const { base, index } = crash;
  if (index?.value !== 0 || index.scale !== 1 || base === undefined || !perCpuTable(crash, base)) return [];
  return [
    {
      kind: 'null-percpu-pointer',
      register: index.register,
      base: base.register,
      strength: capped('suggests', base.path),
      grounds: pointerGrounds(crash, index),
    },
  ];
};
