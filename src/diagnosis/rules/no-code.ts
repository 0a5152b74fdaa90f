// Rules for reports without the instruction: what the address alone says, and the registers that hold it or lie just below it.

import { markerOf } from '../../machine/markers.ts';
import { PAGE_SIZE } from '../../machine/u32.ts';
import { zoneOf } from '../../machine/zones.ts';
import { addressGround, type Crash, printedRegisters, registerGround } from '../crash.ts';
import type { Diagnosis } from '../diagnosis.ts';
import { poisonOf } from './pointers/poison.ts';
import type { Rule } from './rule.ts';

export const noCodeRule: Rule = (crash) => {
  const { fault, replay, isKernel } = crash;
  if (fault === undefined || fault.access === 'execute' || replay.verdict === 'reproduced') return [];
  if (replay.window?.faulting !== undefined) return [];
  return [...(isKernel ? [...poisoned(crash), ...nearNull(crash)] : []), ...holders(crash)];
};

const nearNull: Rule = (crash) => {
  const { fault, layout } = crash;
  if (fault === undefined) return [];
  const isNear = fault.address < PAGE_SIZE || zoneOf(fault.address, layout) === 'error-pointer';
  return isNear ? [{ kind: 'near-null', address: fault.address, strength: 'hint', grounds: addressGround(crash) }] : [];
};

/** A register holds a value that this kernel writes on purpose, and the address is the value or a member above it. */
const poisoned: Rule = (crash) => {
  const { kernels } = crash;
  for (const { register, value, distance } of below(crash)) {
    const found = markerOf(value, kernels);
    // Small poisons are small numbers: those come in registers by the dozen.
    if (found?.certainKernel !== true || value < PAGE_SIZE || distance > LINKS) continue;
    const grounds = [registerGround(register, value), ...addressGround(crash)];
    return [poisonOf(found, { register, value }, crash, 'suggests', grounds)];
  }
  return [];
};

const holders = (crash: Crash): readonly Diagnosis[] =>
  below(crash)
    .filter(({ value }) => value >= SMALLEST_TELLING)
    .map(({ register, value, distance }) => ({
      kind: 'register-near-address',
      register,
      distance,
      strength: 'hint',
      grounds: [registerGround(register, value)],
    }));

/** The registers from which the address is a member away. */
function below({ fault, snapshot }: Crash) {
  return printedRegisters(snapshot).flatMap(({ register, value }) => {
    const distance = (fault?.address ?? 0) - value;
    return register !== 'esp' && distance >= 0 && distance < MEMBER ? [{ register, value, distance }] : [];
  });
}

/** The two links of a list entry, and those of a tree node. */
const LINKS = 16;
/** Zero and small numbers are in registers by the dozen. */
const SMALLEST_TELLING = 0x100;
const MEMBER = 0x1000;
