// Why the CPU raised an exception, in words.

import type { FaultCause } from '../../machine/fault-cause.ts';

type CauseOf<Code> = Extract<FaultCause, { readonly code: Code }>;

/** One row for each cause; a function where the sentence holds a value. */
const TEXTS: { readonly [Code in FaultCause['code']]: string | ((cause: CauseOf<Code>) => string) } = {
  'no-instruction': 'the bytes are no instruction',
  'no-instruction-or-not-lockable': 'the bytes are no instruction, or one that cannot be locked',
  'instruction-too-long': (cause) => `the instruction is longer than ${cause.longest} bytes`,
  'undefined-on-purpose': (cause) => `${cause.mnemonic} is undefined on purpose`,
  int3: 'int3',
  int1: 'int1 (icebp)',
  'into-with-overflow': 'into with OF set',
  'software-interrupt': (cause) => `int $${cause.vector}`,
  'gate-not-open-to-user': (cause) => `int $0x${cause.vector.toString(16)} is not open to user mode`,
  'undefined-in-user-mode': (cause) => `${cause.mnemonic} is undefined in user mode`,
  'io-privilege': (cause) => `${cause.mnemonic} in user mode with IOPL ${cause.iopl}`,
  'privileged-in-user-mode': (cause) => `${cause.mnemonic} is a privileged instruction, executed in user mode`,
  'null-selector-used': (cause) => `%${cause.segment} holds a null selector`,
  'code-segment-written': 'a code segment cannot be written',
  'past-segment-limit': (cause) =>
    `${cause.size} bytes at the very end of the %${cause.segment} segment reach past its limit of 4 GiB`,
  'operand-misaligned': (cause) => `the operand must be aligned to ${cause.alignment} bytes`,
  'alignment-checked': (cause) => `EFLAGS.AC is set and the address is not aligned to ${cause.alignment} bytes`,
  'out-of-bounds': (cause) => `%${cause.register} = ${cause.value} is not from ${cause.lower} to ${cause.upper}`,
  'division-by-zero': 'division by zero',
  'aam-by-zero': 'aam by 0',
  'quotient-too-large': (cause) => `the quotient does not fit in ${cause.width}${cause.signed ? ' signed' : ''} bits`,
  'mxcsr-reserved-bits': 'reserved bits of MXCSR are set in the operand',
  'null-selector-loaded': (cause) => `a null selector for %${cause.segment}`,
  'selector-beyond-table': (cause) =>
    `selector ${selectorText(cause.selector)} is beyond the end of the descriptor table`,
  'return-gains-privilege': (cause) => `a return to selector ${selectorText(cause.selector)} would gain privilege`,
  'selector-not-loadable': (cause) =>
    cause.selector === undefined
      ? 'the selector cannot be loaded'
      : `selector ${selectorText(cause.selector)} is not one that can be loaded here`,
  'descriptor-not-present': (cause) =>
    cause.selector === undefined
      ? 'the descriptor is marked not present'
      : `the descriptor of selector ${selectorText(cause.selector)} is marked not present`,
  'stack-descriptor-not-present': (cause) =>
    `the stack descriptor of selector ${selectorText(cause.selector)} is marked not present`,
  'bad-task-state': (cause) => `selector ${selectorText(cause.selector)} leads to a bad task state segment`,
  'descriptor-of-another-type': 'the selector is not that of an available descriptor of the right type',
  'no-linked-task': 'NT is set, and the task that the running one links back to is none',
  'linked-task-not-present': 'NT is set, and the task that the running one links back to is not present',
  'system-call-of-other-maker':
    'a processor by AMD has no sysenter, one by Intel no syscall, in 32-bit code under a 64-bit kernel',
  'no-entry-point': 'the kernel has set no entry point',
  'sysret-in-64-bit-mode-only': 'the processor is by Intel and has sysret in 64-bit mode only, or it is not enabled',
  'model-specific-register-refused': 'the processor has no such register, or not that value for it',
  'state-refused': 'the new state is one that the processor refuses',
  'register-value-refused': 'the new value is one that the processor refuses',
  'no-such-register': 'the processor has no such register',
  'x87-exception-pending': 'an earlier x87 instruction left an unmasked exception pending',
  'simd-exception-unmasked': 'the operands raise a floating-point exception that MXCSR does not mask',
  'no-x87-unit': 'CR0.EM is set: there is no x87 unit',
  'unit-of-another-task': 'CR0.TS is set: the unit still holds the registers of another task',
  'task-switched': 'CR0.TS was set',
  'task-switched-or-no-unit': 'CR0.TS or CR0.EM was set',
  'task-switched-and-monitored': 'CR0.TS and CR0.MP were set',
  'debug-registers': 'a breakpoint or single step of the debug registers',
  'split-lock': 'the processor traps split locks',
  'frame-on-missing-stack': 'the page fault could not be delivered: its frame goes to the same missing stack page',
};

export function faultCauseText(cause: FaultCause): string {
  const text = TEXTS[cause.code] as string | ((cause: FaultCause) => string);
  return typeof text === 'string' ? text : text(cause);
}

function selectorText(selector: number): string {
  return `0x${selector.toString(16)}`;
}
