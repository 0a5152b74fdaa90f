// Pointers that were overwritten, and those of which only the value is known.

import { isFillPattern, isText } from '../../../machine/markers.ts';
import { PAGE_SIZE, type U32 } from '../../../machine/u32.ts';
import { zoneOf } from '../../../machine/zones.ts';
import { addressGround, type Crash } from '../../crash.ts';
import type { Diagnosis, Strength } from '../../diagnosis.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds, sourced } from './about.ts';

export const textPointer: Rule = (crash) => patterned(crash, isText, 'text-pointer', 'suggests');
export const fillPattern: Rule = (crash) => patterned(crash, isFillPattern, 'fill-pattern', 'hint');

function patterned(
  crash: Crash,
  fits: (value: U32) => boolean,
  kind: 'text-pointer' | 'fill-pattern',
  strength: Strength,
): readonly Diagnosis[] {
  const { base } = crash;
  if (base === undefined || !fits(base.value) || base.value >= crash.layout.pageOffset) return [];
  const { register, value } = base;
  return [
    {
      kind,
      register,
      value,
      ...(kind === 'text-pointer' ? sourced(base) : {}),
      strength,
      grounds: pointerGrounds(crash, base),
    } as Diagnosis,
  ];
}

export const wildPointer: Rule = (crash) => {
  const { fault, base, layout } = crash;
  if (fault === undefined || base === undefined || fault.present) return [];
  const { register, value } = base;
  const isKernelAddress = value >= layout.pageOffset;
  if (isKernelAddress || value < PAGE_SIZE || fault.address >= layout.pageOffset) return [];
  const wild = { kind: 'wild-pointer', register, value, ...sourced(base), strength: 'suggests' } as const;
  return [{ ...wild, grounds: pointerGrounds(crash, base) }, ...fillPattern(crash)];
};

export const addressAlone: Rule = (crash) => {
  const { fault } = crash;
  if (fault === undefined || fault.address >= PAGE_SIZE) return [];
  return [{ kind: 'near-null', address: fault.address, strength: 'hint', grounds: addressGround(crash) }];
};

/** An address of the kernel's half where nothing is mapped, and nothing else is known of it. */
export const unmappedAddress: Rule = (crash) => {
  const { fault, base, layout } = crash;
  if (fault === undefined || fault.present || fault.address < layout.pageOffset) return [];
  if (zoneOf(fault.address, layout) === 'error-pointer') return [];
  const about = base && { register: base.register, ...sourced(base) };
  const grounds = base ? pointerGrounds(crash, base) : addressGround(crash);
  return [{ kind: 'unmapped-address', address: fault.address, ...about, strength: 'hint', grounds }];
};
