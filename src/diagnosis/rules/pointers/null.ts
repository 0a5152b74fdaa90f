// NULL, members of NULL structures and small numbers in the place of a pointer.

import type { GeneralRegister } from '../../../machine/registers.ts';
import { PAGE_SIZE } from '../../../machine/u32.ts';
import { addressGround, baseLinks, type Crash, capped, certain, type Pointer } from '../../crash.ts';
import type { Diagnosis, Strength } from '../../diagnosis.ts';
import { helperClassOf } from '../../helpers.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds, sourced } from './about.ts';

export const containerOfNull: Rule = (crash) => {
  const { base, operand, fault, leadUp } = crash;
  if (base === undefined || operand === undefined || fault === undefined || operand.index !== undefined) return [];
  const displacement = operand.displacement | 0;
  if (base.value === 0 && displacement < 0 && displacement > -PAGE_SIZE)
    return [container(crash, base, -displacement, 'proves')];
  const below = -(base.value | 0);
  if (below <= 0 || below >= PAGE_SIZE) return [];
  const made = baseLinks(crash).find(({ step, kind, register }) => {
    const at = leadUp?.steps[step];
    const from = at?.instruction.operands.find((one) => one.kind === 'memory');
    const source = from?.kind === 'memory' ? from.memory.base : register;
    return kind === 'arithmetic' && source !== undefined && certain(at?.before[source as GeneralRegister]) === 0;
  });
  if (made !== undefined) return [container(crash, base, below, capped('proves', base.path))];
  // A string that is walked from an error pointer passes here too.
  return below === displacement && fault.size !== 1 ? [container(crash, base, below, 'suggests')] : [];
};

function container(crash: Crash, base: Pointer, below: number, strength: Strength): Diagnosis {
  return { kind: 'container-of-null', register: base.register, below, strength, grounds: pointerGrounds(crash, base) };
}

export const nullMember: Rule = (crash) => {
  const { fault, base, operand } = crash;
  if (fault === undefined || operand === undefined || fault.address >= PAGE_SIZE) return [];
  const { access } = fault;
  if (base === undefined) {
    const isAbsolute = operand.base === undefined && operand.index === undefined;
    if (!isAbsolute || operand.segment.base !== 0) return [];
    return [{ kind: 'null-member', offset: fault.address, access, strength: 'proves', grounds: addressGround(crash) }];
  }
  const offset = fault.address;
  const facts = { kind: 'null-member', register: base.register, offset, access, ...sourced(base) } as const;
  if (base.value === 0) return [{ ...facts, strength: 'proves', grounds: pointerGrounds(crash, base) }];
  return constantAboveNull(crash, base)
    ? [{ ...facts, strength: capped('proves', base.path), grounds: pointerGrounds(crash, base) }]
    : [];
};

/** The lead-up shows the base as a constant added to a register that was 0. */
function constantAboveNull(crash: Crash, base: Pointer): boolean {
  return baseLinks(crash).some(({ step, kind, register }) => {
    const at = crash.leadUp?.steps[step];
    if (kind !== 'arithmetic' || at === undefined) return false;
    const memory = at.instruction.mnemonic === 'lea' ? at.instruction.memory[0] : undefined;
    const from = memory === undefined ? register : memory.index === undefined ? memory.base : undefined;
    const isString = at.instruction.memory.some(({ size }) => size > 0);
    return (
      from !== undefined && !isString && base.value < PAGE_SIZE && certain(at.before[from as GeneralRegister]) === 0
    );
  });
}

export const smallNumber: Rule = (crash) => {
  const { base, snapshot } = crash;
  if (base === undefined || base.value === 0 || base.value >= PAGE_SIZE) return [];
  if (crash.operand?.index !== undefined && base.source?.kind !== 'load') return [];
  const { register, value, source } = base;
  const about = { register, value, grounds: pointerGrounds(crash, base) };
  if (source?.kind === 'argument' && helperClassOf(snapshot.symbol?.value.name) !== undefined) {
    const { position } = source;
    return [{ ...about, kind: 'null-struct-argument', position, strength: capped('suggests', base.path) }];
  }
  const isLoaded = source?.kind === 'load' || source?.kind === 'returned';
  const strength = isLoaded ? capped('suggests', base.path) : 'hint';
  return [{ ...about, kind: 'small-integer-pointer', ...sourced(base), strength }];
};
