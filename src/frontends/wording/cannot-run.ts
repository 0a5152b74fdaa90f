// Why an instruction is not run, in words.

import type {
  CannotRun,
  DeedBeyondTheLog,
  EngineDisagreement,
  HiddenPart,
  UnplannedReason,
} from '../../cpu/cannot-run.ts';
import { hex32 } from '../../machine/u32.ts';
import { PROCESSOR_DIFFERENCES } from './processor-difference.ts';

export function cannotRunText(reason: CannotRun): string {
  switch (reason.code) {
    case 'virtual-8086-mode':
      return 'virtual-8086 mode';
    case 'iret-to-virtual-8086-mode':
      return 'iret to virtual-8086 mode';
    case 'not-in-the-engine':
      return `the engine cannot run ${reason.mnemonic}`;
    case 'accesses-not-planned':
      return `the engine cannot run ${reason.mnemonic}: ${UNPLANNED[reason.because]}`;
    case 'engine-disagrees':
      return `the engine does not run ${reason.mnemonic} as a CPU does: ${disagreementText(reason.found)}`;
    case 'processors-differ':
      return `what ${reason.mnemonic} does here differs from processor to processor: ${PROCESSOR_DIFFERENCES[reason.difference]}`;
    case 'exception-undetermined':
      return `the engine cannot run ${reason.mnemonic}: which exception it raises depends on what no log holds`;
    case 'wraps-past-the-end':
      return `the engine cannot run ${reason.mnemonic}: its access goes on at address 0`;
    case 'source-overwritten':
      return `the engine loses the source of ${reason.mnemonic} from a register to itself`;
    case 'processor-dependent':
      return `what this form of ${reason.mnemonic} does differs from processor to processor`;
    case 'x87-stack-range':
      return `${reason.mnemonic} overflows or underflows the x87 stack, which the engine does not notice`;
    case 'hidden-state':
      return `${reason.mnemonic} depends on ${hiddenPartText(reason.state)}, which no log holds`;
    case 'beyond-the-log':
      return `${reason.mnemonic} ${DEEDS[reason.deed]}: the log does not hold what it does`;
    case 'selector-not-in-the-log':
      return `what selector 0x${reason.selector.toString(16)} stands for is in the descriptor table, which no log holds`;
    case 'order-of-selector-check':
      return `whether ${reason.mnemonic} checks the selector before it reads the outer stack depends on the processor`;
    case 'interrupt-flag-of-a-guest':
      return `${reason.mnemonic} in a guest kernel is the business of its hypervisor`;
    case 'return-to-linked-task':
      return 'iret with NT set returns to a task that no log describes';
  }
}

const UNPLANNED: Readonly<Record<UnplannedReason, string>> = {
  mask: 'a mask decides what it touches',
  'vector-addresses': 'its addresses are in a vector register',
};

function disagreementText(found: EngineDisagreement): string {
  switch (found.kind) {
    case 'completed':
      return 'it completes';
    case 'access-violation':
      return `its ${found.access} of ${found.size} bytes at ${hex32(found.linearAddress)} fails`;
    case 'unplanned-access':
      return `it made a ${found.access} of ${found.size} bytes at ${hex32(found.linearAddress)} that the instruction does not make`;
    case 'other-length':
      return `it goes on at ${hex32(found.next)}`;
    case 'interrupt':
      return `it raises exception ${found.vector}`;
    case 'invalid-instruction':
      return 'it does not know the encoding';
    case 'halted':
      return 'it halts';
    case 'engine-failure':
      return found.message;
  }
}

function hiddenPartText(state: HiddenPart): string {
  switch (state.kind) {
    case 'register':
      return `%${state.register}`;
    case 'x87-and-sse':
      return 'the whole x87 and SSE state';
    case 'x87':
      return 'the x87 state';
    case 'rounding-mode':
      return 'the rounding mode in MXCSR';
    case 'mxcsr':
      return 'MXCSR';
    case 'unmasked-operands':
      return 'operands that may raise an unmasked exception';
  }
}

const DEEDS: Readonly<Record<DeedBeyondTheLog, string>> = {
  'reads-port': 'reads an I/O port',
  'writes-port': 'writes an I/O port',
  'enters-kernel': 'enters the kernel or a hypervisor',
  'makes-system-call': 'enters the kernel',
  'leaves-kernel': 'leaves the kernel',
  'waits-for-interrupt': 'waits for an interrupt',
  'identifies-processor': 'tells about the processor',
  'reads-clock': 'reads a clock or a random number',
  'uses-model-specific-register': 'uses a model-specific register',
  'loads-descriptor': 'loads from the descriptor table',
  'changes-machine-state': 'changes the state of the machine',
  'reads-machine-state': 'reads the state of the machine',
  'asks-descriptor-table': 'asks the descriptor table',
  'acts-on-caches': 'acts on the caches of the machine',
  'uses-transactions': 'uses transactional memory',
  'uses-control-register': 'uses a control or debug register',
};
