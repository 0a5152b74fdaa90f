// cli and sti where they are allowed: the engine does not know IOPL. Intel SDM vol. 2, CLI, STI.

import { EFLAGS } from '../../machine/eflags.ts';
import { privilegeLevel } from '../../machine/registers.ts';
import { advance, type Done, type ExecutionContext, type Unsupported } from './rule.ts';

export function interruptFlag({ instruction, state }: ExecutionContext): Done | Unsupported | undefined {
  const { mnemonic } = instruction;
  if (mnemonic !== 'cli' && mnemonic !== 'sti') return undefined;
  const { registers } = state;
  const level = privilegeLevel(state.segments.cs.selector);
  if (level > (registers.eflags & EFLAGS.IOPL) >>> 12) {
    return { kind: 'unsupported', reason: { code: 'interrupt-flag-of-a-guest', mnemonic } };
  }
  const eflags = mnemonic === 'cli' ? registers.eflags & ~EFLAGS.IF : registers.eflags | EFLAGS.IF;
  return { kind: 'done', registers: advance(instruction, registers, { eflags }) };
}
