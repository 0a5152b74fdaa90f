// iret with NT set returns to the task that the running one links back to, and reads no stack. Intel SDM vol. 3A, "Task Linking".

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import type { MachineState } from '../cpu.ts';
import type { Unsupported } from './rule.ts';

export function taskReturn(instruction: Instruction, { registers }: MachineState): Unsupported | undefined {
  if (instruction.mnemonic !== 'iret' || (registers.eflags & EFLAGS.NT) === 0) return undefined;
  return {
    kind: 'unsupported',
    reason: 'iret with NT set returns to a task that no log describes',
    mayRaise: [
      { kind: 'invalid-tss', cause: 'NT is set, and the task that the running one links back to is none' },
      {
        kind: 'segment-not-present',
        cause: 'NT is set, and the task that the running one links back to is not present',
      },
    ],
  };
}
