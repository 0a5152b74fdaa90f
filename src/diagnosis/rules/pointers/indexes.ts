// An index that leads out of what the pointer points to.

import type { Instruction } from '../../../decoder/instruction.ts';
import { GENERAL_REGISTERS, type GeneralRegister } from '../../../machine/registers.ts';
import { pageOf, type U32, wrapU32 } from '../../../machine/u32.ts';
import { zoneOf } from '../../../machine/zones.ts';
import type { PathGrade } from '../../../reconstruction/lead-up.ts';
import { addressGround, baseLinks, type Crash, capped, certain } from '../../crash.ts';
import type { Diagnosis, Ground } from '../../diagnosis.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds, sourced } from './about.ts';

const HIGHEST_GOOD_INDEX = 0x10_0000;

function isGood(value: U32, { layout }: Crash): boolean {
  return value >= layout.pageOffset && zoneOf(value, layout) !== 'error-pointer';
}

/** Far more than a structure or a table holds, and no address either. */
function isWild(value: U32, crash: Crash): boolean {
  const signed = value | 0;
  return value >= HIGHEST_GOOD_INDEX && (signed > 0 || signed >= -0x1_0000 || !isGood(value, crash));
}

/** Of two registers that are added, the pointer is the one that holds an address of the kernel. */
export const indexOutOfRange: Rule = (crash) => {
  const { base, index, operand } = crash;
  if (operand === undefined) return [];
  if (index === undefined) return summedOutOfRange(crash);
  const start = base?.value ?? operand.displacement;
  const isSwapped =
    base !== undefined && index?.scale === 1 && isGood(index.value, crash) && !isGood(base.value, crash);
  const wild = isSwapped ? base : index;
  if (wild === undefined || !(isSwapped || isGood(start, crash))) return [];
  if (!isWild(wild.value, crash)) return [];
  const { register, value, scale } = wild;
  return [
    {
      kind: 'index-out-of-range',
      register,
      value,
      scale,
      ...sourced(wild),
      strength: 'suggests',
      grounds: pointerGrounds(crash, wild),
    },
  ];
};

/** The sum was made before, and is no address any more. */
function summedOutOfRange(crash: Crash): readonly Diagnosis[] {
  const { base, fault } = crash;
  const summed = summedElement(crash);
  if (summed === undefined || base === undefined || fault === undefined) return [];
  const { register, value, scale, path, start } = summed;
  const away = wrapU32(base.value - start);
  const isFar = value === undefined ? !isGood(base.value, crash) && isWild(away, crash) : isWild(value, crash);
  if (!isFar) return [];
  const facts = { register, ...(value !== undefined && { value }), scale };
  const grounds = pointerGrounds(crash, base);
  return [{ kind: 'index-out-of-range', ...facts, strength: capped('suggests', path), grounds }];
}

/** An element that is not mapped, of an array that is: a step of the lead-up touched the page that it begins in. */
export const beyondMapped: Rule = (crash) => {
  const { base, index, operand, fault } = crash;
  if (fault === undefined || fault.present || operand === undefined) return [];
  if (index !== undefined) {
    const start = base?.value ?? operand.displacement;
    if (index.value === 0 || !isGood(start, crash)) return [];
    const { register, value, scale } = index;
    return outside(crash, { start, register, value, scale, path: 'only' }, pointerGrounds(crash, index));
  }
  const summed = base && summedElement(crash);
  return summed?.value === undefined
    ? []
    : outside(crash, summed, pointerGrounds(crash, base as NonNullable<typeof base>));
};

interface Element {
  readonly start: U32;
  readonly register: GeneralRegister;
  /** Absent where several fit. */
  readonly value?: U32;
  readonly scale: number;
  readonly path: PathGrade;
}

function outside(crash: Crash, element: Element, grounds: readonly Ground[]): readonly Diagnosis[] {
  const { start, path, ...facts } = element;
  const { fault } = crash;
  if (fault === undefined || pageOf(start) === pageOf(fault.address)) return [];
  const touched = crash.leadUp?.steps.findIndex(
    ({ accesses, path: grade }) =>
      grade !== 'assumed' &&
      accesses.some(({ address }) => {
        const at = certain(address);
        return at !== undefined && pageOf(at) === pageOf(start);
      }),
  );
  if (touched === undefined || touched < 0) return [];
  const strength = capped(capped('suggests', crash.leadUp?.steps[touched]?.path ?? 'assumed'), path);
  return [
    {
      kind: 'index-out-of-range',
      ...facts,
      strength,
      grounds: [...grounds, { kind: 'step', step: touched }, ...addressGround(crash)],
    },
  ];
}

/** The element whose address a `lea` or an `add` of the lead-up computed for the base. */
function summedElement(crash: Crash): Element | undefined {
  const { base, leadUp } = crash;
  if (base === undefined || leadUp === undefined) return undefined;
  for (const { step, kind } of baseLinks(crash)) {
    const at = leadUp.steps[step];
    const parts = kind === 'copy' || at === undefined ? undefined : summands(at.instruction);
    if (at === undefined || parts === undefined) continue;
    const start = certain(at.before[parts.start]);
    const value = certain(at.before[parts.index]);
    if (value === 0) continue;
    const { path } = base;
    if (start !== undefined && isGood(start, crash))
      return { start, register: parts.index, ...(value !== undefined && { value }), scale: parts.scale, path };
    // Of two registers that are added, either is the pointer.
    if (start !== undefined && value !== undefined && parts.scale === 1 && isGood(value, crash) && start !== 0)
      return { start: value, register: parts.start, value: start, scale: 1, path };
  }
  return undefined;
}

interface Summands {
  readonly start: GeneralRegister;
  readonly index: GeneralRegister;
  readonly scale: number;
}

function summands({ mnemonic, memory, operands }: Instruction): Summands | undefined {
  const [address] = memory;
  if (mnemonic === 'lea' && address?.base !== undefined && address.index !== undefined && address.index !== 'al')
    return { start: address.base as GeneralRegister, index: address.index, scale: address.scale };
  const [to, from] = operands;
  if (mnemonic !== 'add' || to?.kind !== 'register' || from?.kind !== 'register') return undefined;
  const start = GENERAL_REGISTERS.find((name) => name === to.name);
  const index = GENERAL_REGISTERS.find((name) => name === from.name);
  return start && index && { start, index, scale: 1 };
}
