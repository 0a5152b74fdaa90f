// What the replay took for granted, in words.

import type { MemoryAccess } from '../../machine/access.ts';
import { exceptionInfo } from '../../machine/faults.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Assumption, RegisterDoubt } from '../../replay/assumption.ts';
import { cannotRunText } from './cannot-run.ts';
import { CAVEATS } from './caveat.ts';
import { faultCauseText } from './fault-cause.ts';

/** A sentence without its full stop. */
export function assumptionText(assumption: Assumption): string {
  switch (assumption.code) {
    case 'fault-address-inferred':
      return `inferred, not printed: the fault address ${hex32(assumption.address)}, where the ${assumption.of} starts (no CR2 is in the log)`;
    case 'fault-supposed': {
      const why =
        assumption.because === 'first-page'
          ? 'the kernel maps nothing there'
          : 'the RF bit of EFLAGS is set, as a fault leaves it';
      return `taken for granted, as no line of the log says it: the access to ${hex32(assumption.address)} faulted (${why})`;
    }
    case 'page-taken-as-not-present':
      return `without an error code the page of ${hex32(assumption.address)} is taken as not present`;
    case 'stack-page-taken-as-not-present':
      return `the stack page at ${hex32(assumption.page)} is taken as not present: %esp is ${hex32(assumption.esp)}`;
    case 'unknown-bytes-as-zero':
      return `${placesText(assumption.reads)}: not in the log, taken as zero`;
    case 'unknown-bytes-as-selector':
      return `${placesText(assumption.reads)}: not in the log, with the selector ${hex32(assumption.selector).slice(4)} of the error code`;
    case 'segment-base-from-fault-address':
      return `the base of %${assumption.segment} is not in the log; ${hex32(assumption.base)} follows from the fault address if the operand starts there`;
    case 'segment-base-without-effect':
      return `the base of %${assumption.segment} is not in the log; the fault does not depend on it`;
    case 'emulated-machine':
      return 'silicon would have reported this differently: the log fits a machine that QEMU emulates in software (it reads before it writes, and ignores null selectors)';
    case 'maker-taken':
      return `${cannotRunText(assumption.why)}; the log does not name its processor and is compared with one by ${assumption.maker === 'amd' ? 'AMD' : 'Intel'}`;
    case 'state-for-exception': {
      const { kind, cause } = assumption.trap;
      return `${exceptionInfo(kind).mnemonic} depends on state that the log does not hold; taken as so: ${faultCauseText(cause)}`;
    }
    case 'processor-caveat':
      return `caveat: ${CAVEATS[assumption.caveat]}`;
    case 'register-from-fault-address': {
      const { register, value, doubts } = assumption;
      const message = `%${register} is not in the log: the fault address makes it ${hex32(value)}`;
      return [message, ...doubts.map(doubtText)].join(', ');
    }
  }
}

function doubtText(doubt: RegisterDoubt): string {
  switch (doubt.code) {
    case 'index-taken-as-zero':
      return `with the index in %${doubt.index} taken as 0`;
    case 'operand-may-start-earlier':
      return 'if the operand does not start in the page before';
    case 'top-bits-open':
      return 'or a value that differs in its top bits';
  }
}

function placesText(reads: readonly MemoryAccess[]): string {
  return reads.map(({ linearAddress, size }) => `${size} bytes at ${hex32(linearAddress)}`).join(', ');
}
