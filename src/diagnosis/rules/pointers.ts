// Rules about the pointer of a page fault. They exclude each other: the first that holds is told, with the hints of those before it.

import type { Diagnosis } from '../diagnosis.ts';
import { errorPointer } from './pointers/error-values.ts';
import { beyondMapped, indexOutOfRange } from './pointers/indexes.ts';
import { containerOfNull, nullMember, smallNumber } from './pointers/null.ts';
import { nullArray, swappedPerCpu } from './pointers/null-arrays.ts';
import { addressAlone, fillPattern, textPointer, unmappedAddress, wildPointer } from './pointers/patterns.ts';
import { poison, poisonBehindDisplacement } from './pointers/poison.ts';
import type { Rule } from './rule.ts';

export const pointerRule: Rule = (crash) => {
  if (crash.fault === undefined || crash.fault.access === 'execute' || crash.operand === undefined) return [];
  let hints: readonly Diagnosis[] = [];
  for (const rule of crash.isKernel ? KERNEL_RULES : USER_RULES) {
    const found = rule(crash);
    if (found.some(({ strength }) => strength !== 'hint')) return [...found, ...hints];
    hints = [...hints, ...found];
  }
  if (hints.length > 0) return hints;
  return [...addressAlone(crash), ...(crash.isKernel ? unmappedAddress(crash) : [])];
};

const KERNEL_RULES: readonly Rule[] = [
  poison,
  poisonBehindDisplacement,
  containerOfNull,
  nullArray,
  swappedPerCpu,
  nullMember,
  errorPointer,
  smallNumber,
  textPointer,
  indexOutOfRange,
  wildPointer,
  fillPattern,
  beyondMapped,
];
const USER_RULES: readonly Rule[] = [nullMember, nullArray, smallNumber, textPointer, fillPattern];
