// pushf and popf: the engine steps with flags of its own and runs them as if nothing were privileged.
// Intel SDM vol. 2B, PUSHF and POPF.

import { EFLAGS } from '../../machine/eflags.ts';
import { privilegeLevel } from '../../machine/registers.ts';
import type { MachineState } from '../cpu.ts';
import { advance, type Done, type ExecutionContext, littleEndian, littleEndianBytes } from './rule.ts';

const { CF, PF, AF, ZF, SF, TF, IF, DF, OF, IOPL, NT, RF, VM, AC, VIF, VIP, ID } = EFLAGS;
const ALWAYS_ONE = 2;
const POPPED = CF | PF | AF | ZF | SF | TF | DF | OF | NT | AC | ID;
const LOW_WORD = 0xffff;

export function flagsImage(context: ExecutionContext): Done | undefined {
  const { instruction, state, accesses } = context;
  const { registers } = state;
  const [access] = accesses;
  if (access === undefined) return undefined;
  const esp = registers.esp + instruction.stackDelta;
  if (instruction.mnemonic === 'pushf') {
    const image = registers.eflags & ~(RF | VM);
    return {
      kind: 'done',
      registers: advance(instruction, registers, { esp }),
      writes: new Map([[0, littleEndianBytes(image, access.size)]]),
    };
  }
  if (instruction.mnemonic !== 'popf') return undefined;
  const eflags = poppedFlags(registers.eflags, littleEndian(access.bytes), access.size, state);
  return { kind: 'done', registers: advance(instruction, registers, { esp, eflags }) };
}

/** EFLAGS after popf or iret has loaded `image` of `size` bytes at the privilege of `state`. */
export function poppedFlags(before: number, image: number, size: number, state: MachineState): number {
  const level = privilegeLevel(state.segments.cs.selector);
  const iopl = (before & IOPL) >>> 12;
  let mask = POPPED | (level <= iopl ? IF : 0) | (level === 0 ? IOPL : 0);
  if (size === 2) mask &= LOW_WORD;
  const kept = size === 2 ? before : before & ~(level === 0 ? VIF | VIP : 0);
  return ((kept & ~mask) | (image & mask) | ALWAYS_ONE) & ~RF;
}
