// Why a report is not reproduced, and what would make it replayable, in words.

import type { MemoryAccess } from '../../machine/access.ts';
import { byteCount } from '../../machine/byte-text.ts';
import { hex32 } from '../../machine/u32.ts';
import type { VerdictReason } from '../../replay/verdict-reason.ts';
import type { DumpCause } from '../../snapshot/snapshot.ts';
import { cannotRunText } from './cannot-run.ts';

/** A sentence without its full stop. */
export function verdictReasonText(reason: VerdictReason): string {
  switch (reason.code) {
    case 'warning':
      return 'this is a warning; the kernel went on, nothing faulted';
    case 'register-dump':
      return `this is ${reason.cause ? DUMPS[reason.cause] : 'a register dump'}; the registers are those of the code that was running, and nothing faulted there`;
    case 'panic':
      return 'this is a panic; the registers are those of the code that was interrupted, and nothing faulted there';
    case 'panic-without-registers':
      return 'this is a panic; the log holds no state to replay';
    case 'user-line-alone':
      return 'the line has no code bytes and no registers';
    case 'no-code':
      return 'the report has no Code: line';
    case 'code-unreadable':
      return `the kernel could not read the code at EIP ("${reason.words}")`;
    case 'no-eip-mark':
      return 'the Code: line does not mark which byte EIP points at';
    case 'code-ends-before-eip':
      return 'the Code: line ends before the byte that EIP points at';
    case 'code-ends-inside-instruction':
      return 'the Code: line ends inside the instruction that EIP points at';
    case 'no-registers':
      return 'the report has no registers';
    case 'registers-missing':
      return `the instruction depends on ${reason.registers.map((name) => `%${name}`).join(', ')}, which the log does not hold`;
    case 'segment-base-unknown':
      return `the base of %${reason.segment} is not in the log and the fault address does not prove it`;
    case 'fault-address-ambiguous':
      return `the log does not hold the fault address (CR2), and it may have been any of ${reason.addresses.map(hex32).join(', ')}`;
    case 'fault-address-and-segment-base-unknown':
      return `the log does not hold the fault address (CR2), nor the base of %${reason.segment}, which the operand adds`;
    case 'exception-not-named': {
      const done = deedsText(reason.accesses);
      const open = reason.supposed ? 'which is taken to have faulted' : 'and nothing in the log says that this faults';
      const unknown = done === '' ? NO_MEMORY : `it ${done}, ${open}`;
      return `the log does not say which exception the instruction raised: with the registers of the log ${unknown}`;
    }
    case 'nothing-to-compare':
      return 'the log does not name the exception, and nothing in it confirms the one that the replay raises';
    case 'instruction-not-run':
      return cannotRunText(reason.reason);
    case 'checks-failed':
      return `the log and the replay disagree on: ${reason.checks.join(', ')}`;
    case 'completes-without-fault': {
      const { accesses, faultAddress } = reason;
      const done = deedsText(accesses ?? []);
      const instead = faultAddress === undefined ? '' : `, not at ${hex32(faultAddress)}`;
      const deeds = accesses === undefined ? '' : `: ${done === '' ? NO_MEMORY : `it ${done}${instead}`}`;
      return `with the registers of the log this instruction completes without a fault${deeds}`;
    }
  }
}

/** What would make the report replayable; undefined where nothing would. */
export function remedyText(reason: VerdictReason): string | undefined {
  switch (reason.code) {
    case 'user-line-alone':
      return 'the Code: line that kernels from 4.18 on print after it, or a core dump of the program';
    case 'no-code':
    case 'code-unreadable':
      return `the 64 bytes around EIP, ${SOURCES_OF_CODE}`;
    case 'no-eip-mark':
      return 'the < > that kernels print around that byte';
    case 'no-registers':
      return 'the lines from EAX: to ESP: of the same report';
    case 'registers-missing':
      return 'the complete register lines of the report';
    case 'fault-address-ambiguous':
    case 'fault-address-and-segment-base-unknown':
      return 'the first line of the report, or its CR2';
    case 'code-ends-inside-instruction':
      return `the bytes after it, ${SOURCES_OF_CODE}`;
    case 'warning':
    case 'register-dump':
    case 'panic':
    case 'panic-without-registers':
    case 'code-ends-before-eip':
    case 'segment-base-unknown':
    case 'exception-not-named':
    case 'nothing-to-compare':
    case 'instruction-not-run':
    case 'checks-failed':
    case 'completes-without-fault':
      return undefined;
  }
}

const SOURCES_OF_CODE = 'from the console, from a dump of memory or from the kernel image';
const NO_MEMORY = 'it touches no memory';

const DUMPS: Readonly<Record<DumpCause, string>> = {
  'soft-lockup': 'a soft lockup',
  'hard-lockup': 'a lockup that the NMI watchdog found',
  'rcu-stall': 'an RCU stall',
  'nmi-backtrace': 'an NMI backtrace, which lockups and stalls ask for',
  sysrq: 'a register dump that SysRq asked for',
};

/** Empty without accesses. */
function deedsText(accesses: readonly MemoryAccess[]): string {
  return accesses
    .map(({ access, size, linearAddress }) => `${access}s ${byteCount(size)} at ${hex32(linearAddress)}`)
    .join(' and ');
}
