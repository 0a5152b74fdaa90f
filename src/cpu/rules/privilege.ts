// Privileged instructions above CPL 0. Intel SDM vol. 3A, "Privileged Instructions" and "I/O Privilege Level".

import type { Instruction } from '../../decoder/instruction.ts';
import { EFLAGS } from '../../machine/eflags.ts';
import { privilegeLevel } from '../../machine/registers.ts';
import type { MachineState } from '../cpu.ts';
import { processorsDiffer } from '../differences.ts';
import { vendorsOf } from '../vendors.ts';
import { type Raised, raise, type Unsupported } from './rule.ts';

/** Allowed up to IOPL. A program may also be given single ports by ioperm; then it does not fault, and its log would not say so. */
const IOPL_SENSITIVE: ReadonlySet<string> = new Set(['in', 'out', 'ins', 'outs', 'cli', 'sti']);
/** Undefined rather than forbidden above CPL 0. */
const UNDEFINED_ABOVE_KERNEL: ReadonlySet<string> = new Set(['rsm', 'monitor', 'mwait']);
/** Those of every processor. What the others raise depends on whether the processor has them and on the mode it is in. */
const FORBIDDEN: ReadonlySet<string> = new Set(
  'hlt clts lmsw lgdt lidt lldt ltr mov rdmsr wrmsr invd wbinvd invlpg sysexit sysret xsaves xrstors invpcid'.split(
    ' ',
  ),
);

export function privilege(instruction: Instruction, state: MachineState): Raised | Unsupported | undefined {
  const { registers, segments } = state;
  const level = privilegeLevel(segments.cs.selector);
  // Level 1 is a kernel under Xen: the hypervisor executes its privileged instructions for it.
  if (level !== 3 || !instruction.privileged) return undefined;
  const { mnemonic } = instruction;
  const vendors = vendorsOf(state);
  if (mnemonic === 'sysret' && vendors.length > 1) return processorsDiffer(instruction, 'sysret-in-user-mode');
  if (UNDEFINED_ABOVE_KERNEL.has(mnemonic) || (mnemonic === 'sysret' && vendors[0] === 'intel')) {
    return raise('invalid-opcode', registers.eip, { cause: { code: 'undefined-in-user-mode', mnemonic } });
  }
  if (IOPL_SENSITIVE.has(mnemonic)) {
    const iopl = (registers.eflags & EFLAGS.IOPL) >>> 12;
    return level <= iopl
      ? undefined
      : raise('general-protection', registers.eip, {
          errorCode: 0,
          cause: { code: 'io-privilege', mnemonic, iopl },
        });
  }
  if (!FORBIDDEN.has(mnemonic)) return undefined;
  return raise('general-protection', registers.eip, {
    errorCode: 0,
    cause: { code: 'privileged-in-user-mode', mnemonic },
  });
}
