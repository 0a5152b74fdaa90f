// Rules about a user program that the kernel names in one line: the relations of address, instruction, stack pointer and mapping.

import { isText } from '../../machine/markers.ts';
import { PAGE_SIZE } from '../../machine/u32.ts';
import { addressGround, registerGround } from '../crash.ts';
import type { Rule } from './rule.ts';

/** Where the kernel half begins for a program of a 32-bit kernel; under a 64-bit one, stacks lie above it. */
const KERNEL_HALF = 0xc000_0000;
/** How far below the stack pointer pushes and calls write. */
const PUSHED = 64;

export const userRule: Rule = (crash) => {
  const { fault, snapshot, isKernel, operand } = crash;
  const esp = snapshot.registers.esp?.value;
  const eip = snapshot.registers.eip?.value;
  if (isKernel) return [];
  if (fault === undefined) {
    const runsStack = esp !== undefined && eip !== undefined && Math.abs(eip - esp) < PAGE_SIZE;
    if (!runsStack) return [];
    return [{ kind: 'code-on-stack', address: eip, strength: 'suggests', grounds: [registerGround('esp', esp)] }];
  }
  if (fault.access === 'execute') return [];
  const { address } = fault;
  const grounds = addressGround(crash);
  const overflow = stackOverflow(crash);
  if (overflow.length > 0) return overflow;
  if (address >= KERNEL_HALF && esp !== undefined && esp < KERNEL_HALF)
    return [{ kind: 'kernel-half-address', strength: 'suggests', grounds }];
  if (operand !== undefined) return [];
  if (isText(address)) return [{ kind: 'text-pointer', value: address, strength: 'suggests', grounds }];
  if (address < PAGE_SIZE) return [{ kind: 'near-null', address, strength: 'hint', grounds }];
  return [];
};

/** A push just below the stack pointer, at the end of the stack's pages; or a large frame whose own page is missing. */
const stackOverflow: Rule = (crash) => {
  const { fault, snapshot, operand } = crash;
  const esp = snapshot.registers.esp?.value;
  if (fault === undefined || fault.present || esp === undefined || esp < PAGE_SIZE) return [];
  const below = esp - fault.address;
  const grounds = [...addressGround(crash), registerGround('esp', esp)];
  const isPush = fault.access === 'write' && below > 0 && below <= PUSHED && esp % PAGE_SIZE <= PUSHED;
  if (isPush) return [{ kind: 'user-stack-overflow', below, strength: 'suggests', grounds }];
  const isInFrame = below <= 0 && below > -LARGEST_FRAME;
  if (!isInFrame || fault.access !== 'write') return [];
  // Without the instruction the address may be near the stack pointer by chance.
  const strength = operand?.base?.register === 'esp' ? 'suggests' : 'hint';
  return operand === undefined || strength === 'suggests' ? [{ kind: 'user-stack-overflow', strength, grounds }] : [];
};

const LARGEST_FRAME = 0x4000;
