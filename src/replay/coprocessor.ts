// When the x87 and SSE instructions find no unit to run on. Intel SDM vol. 3A, "Device Not Available Exception (#NM)".

import type { PossibleTrap } from '../cpu/cpu.ts';
import type { Instruction } from '../decoder/instruction.ts';
import type { FaultCause } from '../machine/fault-cause.ts';
import type { U32 } from '../machine/u32.ts';

export interface MissingCoprocessor {
  readonly trap: PossibleTrap;
  /** The log prints a CR0 that says so. Linux clears TS before it prints, so the other way round nothing follows. */
  readonly isProved: boolean;
}

const CR0 = { MP: 2, EM: 4, TS: 8 } as const;

const WAIT = /^f?wait$/;
/** They look at EM too; other SSE and MMX instructions are undefined where it is set. */
const X87 = /^(f|xsave|xrstor)/;
const WITHOUT_REGISTER = /^(ldmxcsr|stmxcsr|emms)$/;

/** How this instruction can raise #NM; undefined where it cannot, whatever CR0 is. It comes before any fault of memory. */
export function missingCoprocessor(
  instruction: Instruction | undefined,
  cr0: U32 | undefined,
): MissingCoprocessor | undefined {
  if (instruction === undefined) return undefined;
  const { mnemonic, registers } = instruction;
  const isWait = WAIT.test(mnemonic);
  const looksAtEm = !isWait && X87.test(mnemonic);
  const isVector = WITHOUT_REGISTER.test(mnemonic) || registers.some(({ name }) => /^([xy]?mm|st)\d$/.test(name));
  if (!isWait && !looksAtEm && !isVector) return undefined;
  const bits = cr0 ?? 0;
  if (looksAtEm && (bits & CR0.EM) !== 0) return proved({ code: 'no-x87-unit' });
  if ((bits & CR0.TS) !== 0 && (!isWait || (bits & CR0.MP) !== 0)) {
    return proved({ code: 'unit-of-another-task' });
  }
  const code = isWait ? 'task-switched-and-monitored' : looksAtEm ? 'task-switched-or-no-unit' : 'task-switched';
  return { trap: { kind: 'device-not-available', cause: { code } }, isProved: false };
}

function proved(cause: FaultCause): MissingCoprocessor {
  return { trap: { kind: 'device-not-available', cause }, isProved: true };
}
