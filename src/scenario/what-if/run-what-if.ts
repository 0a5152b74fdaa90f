// Runs a changed machine through the real code bytes until it faults, passes the place of the crash, or can go no further.

import type { AbsentMemoryPolicy, StepOutcome } from '../../cpu/cpu.ts';
import { type Instruction, MAX_INSTRUCTION_LENGTH } from '../../decoder/instruction.ts';
import type { ExaminedReport } from '../../examination/examined-report.ts';
import type { ValuedAccess } from '../../machine/access.ts';
import type { Fault } from '../../machine/faults.ts';
import type { RegisterFile } from '../../machine/registers.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { ReplayParts } from '../../replay/replay.ts';
import { type StartingPoint, startAtStep } from './starting-point.ts';

/** Longer than any lead-up; a run that is still going is taken not to end. */
export const STEP_LIMIT = 2_000;

export interface WhatIf {
  readonly outcome:
    | 'faults'
    /** The instruction that faulted in the log did not. */
    | 'completes'
    /** Went where no code was captured. */
    | 'leaves'
    /** Needs a value that nobody knows. */
    | 'unknown'
    | 'endless';
  /** Of the instruction where it ended. */
  readonly at: U32;
  /** Instructions that completed; each round of a repeated one counts. */
  readonly steps: number;
  readonly fault?: Fault;
  /** What the last instruction touched. */
  readonly access?: Pick<ValuedAccess, 'access' | 'linearAddress' | 'size'> & { readonly bytes?: Uint8Array };
  readonly registers: RegisterFile;
  /** The place or the address rests on a value of the lead-up that is one of several. */
  readonly restsOnAssumed: boolean;
  readonly reason?: string;
}

export function runWhatIf(start: StartingPoint, parts: ReplayParts): WhatIf {
  const { cpu, decoder } = parts;
  const { certainty, crashAddress } = start;
  let passes = 0;
  let isLast = false;
  const policy: AbsentMemoryPolicy = ({ size }) => (isLast ? new Uint8Array(size) : 'stop');
  cpu.load(start.state, start.memory.clone(), policy);
  for (let steps = 0; steps < STEP_LIMIT; steps++) {
    const registers = cpu.registers();
    const at = registers.eip;
    const code = cpu.memory.read(at, cpu.memory.knownLength(at, MAX_INSTRUCTION_LENGTH));
    const instruction = code && decoder.decode(code, 0, at);
    isLast = at === crashAddress && passes + 1 >= start.passes;
    const end = { at, steps, registers, restsOnAssumed: instruction ? certainty.addressIsAssumed(instruction) : false };
    if (instruction === undefined && !cpu.memory.faults(at, 'execute')) {
      return { outcome: 'leaves', ...end, reason: `no code was captured at ${hex32(at)}` };
    }
    const unknown = instruction && certainty.unknownInput(instruction, isLast ? 'addresses' : 'everything');
    if (unknown !== undefined) {
      return {
        outcome: 'unknown',
        ...end,
        reason: `the instruction at ${hex32(at)} needs ${unknown}, which nobody knows`,
      };
    }
    const outcome = cpu.step();
    if (outcome.kind === 'fault')
      return { outcome: 'faults', ...end, ...faultOf(outcome.fault), registers: outcome.registers };
    if (outcome.kind !== 'executed') return { outcome: 'unknown', ...end, reason: reasonOf(outcome) };
    certainty.executed(outcome);
    const isFinished = cpu.registers().eip !== at || !isRepeated(outcome.instruction);
    if (at === crashAddress && isFinished) passes++;
    if (passes >= start.passes) {
      return {
        outcome: 'completes',
        ...end,
        steps: steps + 1,
        registers: outcome.after,
        ...mainAccess(outcome.accesses),
      };
    }
  }
  const registers = cpu.registers();
  const reason = `still running after ${STEP_LIMIT} instructions`;
  return { outcome: 'endless', at: registers.eip, steps: STEP_LIMIT, registers, restsOnAssumed: false, reason };
}

/** Index of the first step from which the unchanged run arrives at the fault of the log, with nothing that nobody knows. */
export function firstRunnableStep(report: ExaminedReport, parts: ReplayParts): number {
  const steps = report.leadUp?.steps ?? [];
  for (let first = 0; first < steps.length; ) {
    const start = startAtStep(report, first);
    if (typeof start === 'string') break;
    const { outcome, at } = runWhatIf(start, parts);
    if (outcome === 'faults' && at === start.crashAddress) return first;
    // What stopped there would stop any run that passes it with the same knowledge.
    const stopped = steps.findIndex(({ address }, i) => i > first && address === at);
    first = stopped > first ? stopped : first + 1;
  }
  return steps.length;
}

function isRepeated({ prefixes }: Instruction): boolean {
  return prefixes.rep !== 'none';
}

function faultOf(fault: Fault): Pick<WhatIf, 'fault' | 'access'> {
  return fault.kind === 'page-fault' ? { fault, access: fault.access } : { fault };
}

/** A store says more than a load. */
function mainAccess(accesses: readonly ValuedAccess[]): Pick<WhatIf, 'access'> {
  const access = accesses.find((one) => one.access === 'write') ?? accesses[0];
  return access ? { access } : {};
}

function reasonOf(outcome: Exclude<StepOutcome, { kind: 'executed' | 'fault' }>): string {
  switch (outcome.kind) {
    case 'absent': {
      const { linearAddress, size } = outcome.access;
      return `the ${size} bytes at ${hex32(linearAddress)} are needed, which nobody knows`;
    }
    case 'unknown-segment-base':
      return `the base of %${outcome.segment} is not known`;
    case 'unsupported':
      return outcome.reason;
  }
}
