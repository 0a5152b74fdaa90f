// Values that the kernel writes on purpose, in the place of a pointer.

import { type FoundMarker, markerOf } from '../../../machine/markers.ts';
import { PAGE_SIZE, type U32, wrapU32 } from '../../../machine/u32.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import { addressGround, type Crash, printedRegisters } from '../../crash.ts';
import type { Diagnosis, Strength } from '../../diagnosis.ts';
import type { Rule } from '../rule.ts';
import { pointerGrounds } from './about.ts';

export const poison: Rule = (crash) => {
  for (const pointer of [crash.base, crash.index]) {
    const found = pointer && markerOf(pointer.value, crash.kernels);
    if (pointer === undefined || found === undefined) continue;
    const isSmall = pointer.value < PAGE_SIZE;
    // A small number in the place of an index, or one that was handed over, is more often just that.
    if (isSmall && (pointer.role === 'index' || pointer.source?.kind === 'argument')) continue;
    const strength: Strength = found.certainKernel ? 'suggests' : 'hint';
    if (isSmall && strength === 'hint') continue;
    const { register, value } = pointer;
    return [poisonOf(found, { register, value }, crash, strength, pointerGrounds(crash, pointer))];
  }
  return [];
};

/** The conclusion about a register that holds a marker. */
export function poisonOf(
  { kind, marker }: FoundMarker,
  holder: { readonly register: Parameters<typeof otherPoisonSeen>[2]; readonly value: U32 },
  crash: Crash,
  strength: Strength,
  grounds: Diagnosis['grounds'],
): Diagnosis {
  const twice = kind === 'list-poison' && otherPoisonSeen(crash.snapshot, crash.kernels, holder.register, holder.value);
  return { kind, marker, ...holder, ...(twice && { twice }), strength, grounds };
}

/** The other poison of a deleted list entry is in another register. */
function otherPoisonSeen(
  snapshot: Snapshot,
  kernels: Crash['kernels'],
  register: ReturnType<typeof printedRegisters>[number]['register'],
  value: U32,
): boolean {
  return printedRegisters(snapshot).some(
    (other) =>
      other.register !== register && other.value !== value && markerOf(other.value, kernels)?.kind === 'list-poison',
  );
}

/** The displacement may hide the poison of a structure that lies before the pointer. */
export const poisonBehindDisplacement: Rule = (crash) => {
  const value = withoutDisplacement(crash);
  const found = value === undefined || value < PAGE_SIZE ? undefined : markerOf(value, crash.kernels);
  if (value === undefined || found === undefined || crash.base !== undefined) return [];
  const { kind, marker, certainKernel } = found;
  return [{ kind, marker, value, strength: certainKernel ? 'suggests' : 'hint', grounds: addressGround(crash) }];
};

/** The value that the pointer would have without the constant of the instruction. */
function withoutDisplacement({ fault, operand }: Crash): U32 | undefined {
  return fault && operand && operand.index === undefined
    ? wrapU32(operand.linearAddress - operand.displacement)
    : undefined;
}
