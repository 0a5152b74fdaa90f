// Privileged instructions above CPL 0. Intel SDM vol. 3A, "Privileged Instructions" and "I/O Privilege Level".

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import { privilegeLevel } from '../../machine/registers.ts';
import type { MachineState } from '../cpu.ts';
import { extensionOf } from '../extensions.ts';
import { type Raised, raise } from './rule.ts';

/** Allowed up to IOPL. A program may also be given single ports by ioperm; then it does not fault, and its log would not say so. */
const IOPL_SENSITIVE: ReadonlySet<string> = new Set(['in', 'out', 'ins', 'outs', 'cli', 'sti']);
/** Undefined rather than forbidden above CPL 0. */
const UNDEFINED_ABOVE_KERNEL: ReadonlySet<string> = new Set(['rsm', 'monitor', 'mwait']);

export function privilege(instruction: Instruction, state: MachineState): Raised | undefined {
  const { registers, segments } = state;
  const level = privilegeLevel(segments.cs.selector);
  // Level 1 is a kernel under Xen: the hypervisor executes its privileged instructions for it.
  // What an extension forbids depends on the processor and on the mode it is in.
  if (level !== 3 || !instruction.privileged || extensionOf(instruction) !== undefined) return undefined;
  const { mnemonic } = instruction;
  if (UNDEFINED_ABOVE_KERNEL.has(mnemonic)) {
    return raise('invalid-opcode', registers.eip, { cause: `${mnemonic} is undefined in user mode` });
  }
  if (IOPL_SENSITIVE.has(mnemonic)) {
    const iopl = (registers.eflags & EFLAGS.IOPL) >>> 12;
    return level <= iopl
      ? undefined
      : raise('general-protection', registers.eip, {
          errorCode: 0,
          cause: `${mnemonic} in user mode with IOPL ${iopl}`,
        });
  }
  return raise('general-protection', registers.eip, {
    errorCode: 0,
    cause: `${mnemonic} is a privileged instruction, executed in user mode`,
  });
}
