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
  if (esp !== undefined && fault.access === 'write' && !fault.present) {
    const below = esp - address;
    const inPage = esp % PAGE_SIZE;
    // The page of the stack pointer itself may be the missing one, where the frame was large.
    if (below > 0 && below <= PUSHED && inPage <= PUSHED)
      return [
        { kind: 'user-stack-overflow', below, strength: 'suggests', grounds: [...grounds, registerGround('esp', esp)] },
      ];
  }
  if (address >= KERNEL_HALF && esp !== undefined && esp < KERNEL_HALF)
    return [{ kind: 'kernel-half-address', strength: 'suggests', grounds }];
  if (operand !== undefined) return [];
  if (isText(address)) return [{ kind: 'text-pointer', value: address, strength: 'suggests', grounds }];
  if (address < PAGE_SIZE) return [{ kind: 'near-null', address, strength: 'hint', grounds }];
  return [];
};
