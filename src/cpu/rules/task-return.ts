// iret with NT set returns to the task that the running one links back to, and reads no stack. Intel SDM vol. 3A, "Task Linking".

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import type { MachineState } from '../cpu.ts';
import type { Unsupported } from './rule.ts';

export function taskReturn(instruction: Instruction, { registers }: MachineState): Unsupported | undefined {
  if (instruction.mnemonic !== 'iret' || (registers.eflags & EFLAGS.NT) === 0) return undefined;
  return {
    kind: 'unsupported',
    reason: { code: 'return-to-linked-task' },
    mayRaise: [
      { kind: 'invalid-tss', cause: { code: 'no-linked-task' } },
      {
        kind: 'segment-not-present',
        cause: { code: 'linked-task-not-present' },
      },
    ],
  };
}
