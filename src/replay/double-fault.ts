// A double fault with a stack pointer outside its stack: the instruction's own fault could not be delivered,
// because the CPU pushes the exception frame on the very stack that is gone. Intel SDM vol. 3A, "Double Fault Exception (#DF)".

import type { MachineState, StepOutcome } from '../cpu/cpu.ts';
import { u32, wrapU32 } from '../machine/u32.ts';
import type { Expectation } from './expectation.ts';
import { isDoubleFault } from './replayability.ts';

/** EFLAGS, CS, EIP and the error code: what a fault at the same privilege pushes. */
const FRAME_BYTES = 16;

/** A #DF in place of a page fault on the stack, where the log reports one and the frame would land on the same bad page. */
export function asDoubleFault(
  outcome: StepOutcome,
  expectation: Expectation,
  state: MachineState,
): StepOutcome | undefined {
  if (!isDoubleFault(expectation) || outcome.kind !== 'fault' || outcome.fault.kind !== 'page-fault') return undefined;
  const distance = wrapU32(state.registers.esp - outcome.fault.linearAddress);
  if (distance > FRAME_BYTES) return undefined;
  return {
    ...outcome,
    fault: {
      kind: 'double-fault',
      eip: outcome.fault.eip,
      errorCode: u32(0),
      cause: { code: 'frame-on-missing-stack' },
    },
  };
}
