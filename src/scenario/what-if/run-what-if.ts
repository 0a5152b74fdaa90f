// Runs a changed machine through the real code bytes until it faults, passes the place of the crash, or can go no further.

import type { ValuedAccess } from '../../machine/access.ts';
import type { Fault } from '../../machine/faults.ts';
import type { U32 } from '../../machine/u32.ts';
import { type Diversion, type ExecutedStep, STEP_LIMIT } from '../../session/diversion.ts';
import { type Edit, GRANTED } from '../../session/edit.ts';
import type { KnownRegisters } from '../../session/machine-view.ts';
import type { Session } from '../../session/session.ts';
import type { StopReason } from '../../session/stop-reason.ts';

export interface WhatIf {
  readonly outcome:
    | 'faults'
    /** The instruction that faulted in the log did not. */
    | 'completes'
    /** The run went to a place where no code was captured. */
    | 'leaves'
    /** The run needs a value that is unknown. */
    | 'unknown'
    | 'endless';
  /** The address of the instruction where the run ended. */
  readonly at: U32;
  /** The number of instructions that completed; each round of a repeated one counts. */
  readonly steps: number;
  readonly fault?: Fault;
  /** The memory that the last instruction touched; `bytes` is present if they are known. */
  readonly access?: Pick<ValuedAccess, 'access' | 'linearAddress' | 'size'> & { readonly bytes?: Uint8Array };
  readonly registers: KnownRegisters;
  /** True if the place or the address rests on an assumed value of the lead-up. */
  readonly restsOnAssumed: boolean;
  /** Why the run ended, if it neither faulted nor completed. */
  readonly stop?: StopReason;
}

/** Runs on from position `from` of the session; the crash site is the last one. */
export function runWhatIf(session: Session, from: number, edits: readonly Edit[]): WhatIf {
  const crash = crashAddress(session);
  const passes = passesAfter(session, from);
  const branch = session.branch(from, { edits: GRANTED, ...(passes === 1 && { mayReadUnknownAt: crash }) });
  for (const edit of edits) branch.edit(edit);
  for (let passed = 0; branch.executed.length < STEP_LIMIT; ) {
    const { address: at, restsOnAssumed } = branch;
    const stop = branch.run('step', 'forward');
    const end = { at, steps: branch.executed.length, registers: branch.view.registers(), restsOnAssumed };
    if (stop.kind === 'fault') return { outcome: 'faults', ...end, ...faultOf(stop.fault) };
    if (stop.kind !== 'step') return { outcome: leaves(stop) ? 'leaves' : 'unknown', ...end, stop };
    if (at === crash && isFinished(branch)) passed++;
    if (passed >= passes) return { outcome: 'completes', ...end, ...mainAccess(branch.executed.at(-1)) };
  }
  return {
    outcome: 'endless',
    at: branch.address,
    steps: STEP_LIMIT,
    registers: branch.view.registers(),
    restsOnAssumed: branch.restsOnAssumed,
    stop: { kind: 'step-limit', steps: STEP_LIMIT },
  };
}

/** Gives the position of the first step from which the unchanged run arrives at the fault of the log, or undefined if there is none. */
export function firstRunnablePosition(session: Session): number | undefined {
  const { positions } = session.travel;
  const crash = crashAddress(session);
  for (let first = 0; first < positions.length - 1; ) {
    const { outcome, at } = runWhatIf(session, first, []);
    if (outcome === 'faults' && at === crash) return first;
    // What stopped there would stop any run that passes it with the same knowledge.
    const stopped = positions.findIndex(({ address }, i) => i > first && address === at);
    first = stopped > first ? stopped : first + 1;
  }
  return undefined;
}

function crashAddress({ travel: { positions } }: Session): U32 {
  return (positions.at(-1) as { address: U32 }).address;
}

/** Counts how often a run from there executes the instruction of the crash, the last time included; its rounds in a row count once. */
function passesAfter({ travel: { positions } }: Session, from: number): number {
  const crash = positions.at(-1);
  const repeats = crash?.instruction?.prefixes.rep !== 'none';
  return positions
    .slice(from)
    .filter(({ address }, i, rest) => address === crash?.address && !(repeats && rest[i + 1]?.address === address))
    .length;
}

function isFinished({ executed, address }: Diversion): boolean {
  const { instruction } = executed.at(-1) as ExecutedStep;
  return address !== instruction.address || instruction.prefixes.rep === 'none';
}

function leaves(stop: StopReason): boolean {
  return stop.kind === 'needs-memory' && stop.access.access === 'execute';
}

function faultOf(fault: Fault): Pick<WhatIf, 'fault' | 'access'> {
  return fault.kind === 'page-fault' ? { fault, access: fault.access } : { fault };
}

/** A store says more than a load. */
function mainAccess(step: ExecutedStep | undefined): Pick<WhatIf, 'access'> {
  const access = step?.accesses.find((one) => one.access === 'write') ?? step?.accesses[0];
  if (access === undefined) return {};
  const { bytes: _unknown, ...place } = access;
  return { access: step?.stored === 'unknown' ? place : access };
}
