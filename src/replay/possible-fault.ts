// Exceptions that depend on state no log holds: pending x87 and SIMD errors, descriptor tables, debug registers.
// Where the logged exception is one that this instruction can raise in such a state, it is accepted and the assumption is named.

import type { PossibleTrap, StepOutcome } from '../cpu/cpu.ts';
import type { Instruction } from '../decoder/instruction.ts';
import { exceptionInfo, exceptionOfVector, type Trap } from '../machine/faults.ts';
import type { U32 } from '../machine/u32.ts';
import type { Assumption } from './assumption.ts';
import { missingCoprocessor } from './coprocessor.ts';
import type { Expectation } from './expectation.ts';
import type { Machine } from './machine.ts';

/** Any instruction can meet a breakpoint of the debug registers: DR6 would tell which, and few logs print it. */
const DEBUG_REGISTERS: PossibleTrap = { kind: 'debug', cause: { code: 'debug-registers' } };

/** Kernels from 5.7 on may set processors to trap a locked access that two cache lines share. */
const SPLIT_LOCK: PossibleTrap = { kind: 'alignment-check', cause: { code: 'split-lock' } };
const CACHE_LINE = 64;

/** `xchg` with memory locks without a prefix. */
function isSplitLock(outcome: StepOutcome): boolean {
  if (outcome.kind !== 'executed') return false;
  const { prefixes, mnemonic } = outcome.instruction;
  if (!prefixes.lock && mnemonic !== 'xchg') return false;
  return outcome.accesses.some(({ linearAddress, size }) => (linearAddress % CACHE_LINE) + size > CACHE_LINE);
}

/** The outcome with the logged exception in place of "cannot be told", where the instruction may raise it. */
export function possibleFault(
  outcome: StepOutcome,
  expectation: Expectation,
  machine: Machine,
  assumptions: Assumption[],
  { instruction, cr0 }: { readonly instruction: Instruction | undefined; readonly cr0: U32 | undefined },
): StepOutcome {
  const expected = exceptionOfVector(expectation.vector?.value ?? -1)?.kind;
  const coprocessor = expected === 'device-not-available' ? missingCoprocessor(instruction, cr0) : undefined;
  const possible = coprocessor?.trap ?? candidates(outcome).find(({ kind }) => kind === expected);
  if (possible === undefined) return outcome;
  if (!coprocessor?.isProved) {
    assumptions.push({ kind: 'processor-state', code: 'state-for-exception', trap: possible });
  }
  const errorCode = exceptionInfo(possible.kind).hasErrorCode ? expectation.errorCode?.value : undefined;
  return { kind: 'fault', fault: trapOf(possible, machine, errorCode), registers: machine.state.registers };
}

function candidates(outcome: StepOutcome): readonly PossibleTrap[] {
  if (outcome.kind === 'unsupported') return [...(outcome.mayRaise ?? []), DEBUG_REGISTERS];
  if (outcome.kind === 'fault' && outcome.fault.kind !== 'debug') return [];
  return isSplitLock(outcome) ? [SPLIT_LOCK, DEBUG_REGISTERS] : [DEBUG_REGISTERS];
}

function trapOf({ kind, cause }: PossibleTrap, machine: Machine, errorCode: U32 | undefined): Trap {
  return { kind, eip: machine.loggedEip, cause, ...(errorCode !== undefined && { errorCode }) };
}
