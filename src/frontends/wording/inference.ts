// Why the log implies a value that it does not print, in words.

import type { Inference } from '../../snapshot/inference.ts';

interface Words {
  readonly reason: string;
  /** What follows from it. */
  readonly more?: string;
}

const WORDS: Readonly<Record<Inference, Words>> = {
  'bug-without-die-line': { reason: 'the die line is missing', more: 'BUG() raises an invalid opcode on purpose' },
  'bug-at-undefined-opcode': { reason: 'BUG() raises an invalid opcode on purpose, and EIP points at one' },
  'warning-at-undefined-opcode': { reason: 'WARN() raises an invalid opcode on purpose, and EIP points at one' },
  'undefined-opcode-at-eip': {
    reason: 'no headline and no die line is in the log',
    more: 'EIP points at an instruction that always raises an invalid opcode',
  },
  'closing-cr2-line': {
    reason: 'no headline and no die line is in the log',
    more: 'the 16-digit CR2 line at the end suggests a page fault, but kernels print it for every oops',
  },
  'address-of-closing-cr2-line': {
    reason: 'no headline and no die line is in the log',
    more: 'the 16-digit CR2 line at the end suggests a page fault, but kernels print it for every oops; if it was one, this is its address',
  },
  'privilege-of-cs': { reason: 'from the privilege level of CS' },
  'privilege-of-ss': { reason: 'from the privilege level of SS', more: 'CS is not printed' },
  'line-for-user-programs': { reason: 'the kernel prints this line for user programs only' },
  'mode-bit-of-error-code': { reason: 'from the error code' },
  'low-half-of-error-code': { reason: 'the lower 16 bits of what is printed' },
  'bytes-after-ud2': { reason: 'read from the bytes after ud2' },
  'printed-stack-page': {
    reason: 'kernels of 2.4 print the second page of the stack, and the task is at the start of the first',
  },
};

/** The shortest reason, for a place between parentheses. */
export function inferenceReason(inference: Inference): string {
  return WORDS[inference].reason;
}

export function inferenceText(inference: Inference): string {
  const { reason, more } = WORDS[inference];
  return more === undefined ? reason : `${reason}; ${more}`;
}
