// Why the CPU raised an exception, in words.

import type { FaultCause } from '../../machine/fault-cause.ts';

export function faultCauseText(cause: FaultCause): string {
  switch (cause.code) {
    case 'no-instruction':
      return 'the bytes are no instruction';
    case 'no-instruction-or-not-lockable':
      return 'the bytes are no instruction, or one that cannot be locked';
    case 'instruction-too-long':
      return `the instruction is longer than ${cause.longest} bytes`;
    case 'undefined-on-purpose':
      return `${cause.mnemonic} is undefined on purpose`;
    case 'int3':
      return 'int3';
    case 'int1':
      return 'int1 (icebp)';
    case 'into-with-overflow':
      return 'into with OF set';
    case 'software-interrupt':
      return `int $${cause.vector}`;
    case 'gate-not-open-to-user':
      return `int $0x${cause.vector.toString(16)} is not open to user mode`;
    case 'undefined-in-user-mode':
      return `${cause.mnemonic} is undefined in user mode`;
    case 'io-privilege':
      return `${cause.mnemonic} in user mode with IOPL ${cause.iopl}`;
    case 'privileged-in-user-mode':
      return `${cause.mnemonic} is a privileged instruction, executed in user mode`;
    case 'null-selector-used':
      return `%${cause.segment} holds a null selector`;
    case 'code-segment-written':
      return 'a code segment cannot be written';
    case 'past-segment-limit':
      return `${cause.size} bytes at the very end of the %${cause.segment} segment reach past its limit of 4 GiB`;
    case 'operand-misaligned':
      return `the operand must be aligned to ${cause.alignment} bytes`;
    case 'alignment-checked':
      return `EFLAGS.AC is set and the address is not aligned to ${cause.alignment} bytes`;
    case 'out-of-bounds':
      return `%${cause.register} = ${cause.value} is not from ${cause.lower} to ${cause.upper}`;
    case 'division-by-zero':
      return 'division by zero';
    case 'aam-by-zero':
      return 'aam by 0';
    case 'quotient-too-large':
      return `the quotient does not fit in ${cause.width}${cause.signed ? ' signed' : ''} bits`;
    case 'mxcsr-reserved-bits':
      return 'reserved bits of MXCSR are set in the operand';
    case 'null-selector-loaded':
      return `a null selector for %${cause.segment}`;
    case 'selector-beyond-table':
      return `selector ${selectorText(cause.selector)} is beyond the end of the descriptor table`;
    case 'return-gains-privilege':
      return `a return to selector ${selectorText(cause.selector)} would gain privilege`;
    case 'selector-not-loadable':
      return cause.selector === undefined
        ? 'the selector cannot be loaded'
        : `selector ${selectorText(cause.selector)} is not one that can be loaded here`;
    case 'descriptor-not-present':
      return cause.selector === undefined
        ? 'the descriptor is marked not present'
        : `the descriptor of selector ${selectorText(cause.selector)} is marked not present`;
    case 'stack-descriptor-not-present':
      return `the stack descriptor of selector ${selectorText(cause.selector)} is marked not present`;
    case 'bad-task-state':
      return `selector ${selectorText(cause.selector)} leads to a bad task state segment`;
    case 'descriptor-of-another-type':
      return 'the selector is not that of an available descriptor of the right type';
    case 'no-linked-task':
      return 'NT is set, and the task that the running one links back to is none';
    case 'linked-task-not-present':
      return 'NT is set, and the task that the running one links back to is not present';
    case 'system-call-of-other-maker':
      return 'a processor by AMD has no sysenter, one by Intel no syscall, in 32-bit code under a 64-bit kernel';
    case 'no-entry-point':
      return 'the kernel has set no entry point';
    case 'sysret-in-64-bit-mode-only':
      return 'the processor is by Intel and has sysret in 64-bit mode only, or it is not enabled';
    case 'model-specific-register-refused':
      return 'the processor has no such register, or not that value for it';
    case 'state-refused':
      return 'the new state is one that the processor refuses';
    case 'register-value-refused':
      return 'the new value is one that the processor refuses';
    case 'no-such-register':
      return 'the processor has no such register';
    case 'x87-exception-pending':
      return 'an earlier x87 instruction left an unmasked exception pending';
    case 'simd-exception-unmasked':
      return 'the operands raise a floating-point exception that MXCSR does not mask';
    case 'no-x87-unit':
      return 'CR0.EM is set: there is no x87 unit';
    case 'unit-of-another-task':
      return 'CR0.TS is set: the unit still holds the registers of another task';
    case 'task-switched':
      return 'CR0.TS was set';
    case 'task-switched-or-no-unit':
      return 'CR0.TS or CR0.EM was set';
    case 'task-switched-and-monitored':
      return 'CR0.TS and CR0.MP were set';
    case 'debug-registers':
      return 'a breakpoint or single step of the debug registers';
    case 'split-lock':
      return 'the processor traps split locks';
    case 'frame-on-missing-stack':
      return 'the page fault could not be delivered: its frame goes to the same missing stack page';
  }
}

function selectorText(selector: number): string {
  return `0x${selector.toString(16)}`;
}
