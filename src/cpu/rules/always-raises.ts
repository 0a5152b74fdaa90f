// Instructions whose whole purpose is an exception. Intel SDM vol. 2A, INT n/INTO/INT3/INT1; UD.

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import { VECTORS } from '../../machine/faults.ts';
import type { MachineState } from '../cpu.ts';
import { nextEip, type Raised, raise } from './rule.ts';

/** Gates of Linux that a program may call by `int n`; the others are for the kernel alone. */
const USER_GATES: ReadonlySet<number> = new Set([VECTORS.breakpoint, VECTORS.overflow, 0x80]);
/** Bit 1 of an error code: its number is an entry of the interrupt table. */
const IDT_ERROR_CODE = 2;

export function alwaysRaises(instruction: Instruction, state: MachineState): Raised | undefined {
  const { registers } = state;
  switch (instruction.mnemonic) {
    case 'ud0':
    case 'ud1':
    case 'ud2':
      return raise('invalid-opcode', registers.eip, {
        cause: { code: 'undefined-on-purpose', mnemonic: instruction.mnemonic },
      });
    case 'int3':
      return raise('breakpoint', nextEip(instruction), { cause: { code: 'int3' } });
    case 'int1':
      return raise('debug', state.processor === 'amd-kvm' ? registers.eip : nextEip(instruction), {
        cause: { code: 'int1' },
      });
    case 'into':
      return (registers.eflags & EFLAGS.OF) === 0
        ? undefined
        : raise('overflow', nextEip(instruction), { cause: { code: 'into-with-overflow' } });
    case 'int':
      return softwareInterrupt(instruction, state);
    default:
      return undefined;
  }
}

function softwareInterrupt(instruction: Instruction, state: MachineState): Raised | undefined {
  const [operand] = instruction.operands;
  const vector = operand?.kind === 'immediate' ? operand.value & 0xff : 0;
  if (vector === VECTORS.breakpoint) {
    return raise('breakpoint', nextEip(instruction), { cause: { code: 'software-interrupt', vector } });
  }
  if (vector === VECTORS.overflow) {
    return raise('overflow', nextEip(instruction), { cause: { code: 'software-interrupt', vector } });
  }
  if (state.mode === 'kernel' || USER_GATES.has(vector)) return undefined;
  return raise('general-protection', state.registers.eip, {
    errorCode: (vector << 3) | IDT_ERROR_CODE,
    cause: { code: 'gate-not-open-to-user', vector },
  });
}
