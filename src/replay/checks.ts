// The comparison of the emulated fault with the log, point by point. Only what the log says is checked.

import type { AccessKind } from '../machine/access.ts';
import { type Fault, VECTORS } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { PAGE_SIZE, type U32, wrapU32 } from '../machine/u32.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Check } from './check.ts';
import type { Expectation } from './expectation.ts';
import type { Machine } from './machine.ts';

export function compareWithLog(
  fault: Fault,
  expectation: Expectation,
  snapshot: Snapshot,
  machine: Machine,
  derivedBases: ReadonlySet<string>,
): readonly Check[] {
  return [
    ...exceptionCheck(fault, expectation),
    ...addressChecks(fault, expectation, snapshot, machine, derivedBases),
    ...errorCodeChecks(fault, expectation),
    ...headlineCheck(fault, snapshot),
  ];
}

/** The exceptions are compared by their vectors; a vector that no exception has agrees with none. */
function exceptionCheck(fault: Fault, { vector }: Expectation): readonly Check[] {
  if (vector === undefined) return [];
  const note = vector.inferred && { note: vector.inferred };
  return [{ name: 'exception', ...compared(vector.value, VECTORS[fault.kind] as number), ...note }];
}

function addressChecks(
  fault: Fault,
  expectation: Expectation,
  snapshot: Snapshot,
  machine: Machine,
  derivedBases: ReadonlySet<string>,
): readonly Check[] {
  const eip = snapshot.registers.eip;
  const checks: Check[] = [];
  if (eip !== undefined && machine.codeBase === 'printed') {
    checks.push({ name: 'instruction-address', ...compared(eip.value, fault.eip) });
  }
  if (fault.kind === 'page-fault' && expectation.faultAddress) {
    const isComputed = derivedBases.size > 0 || machine.solvedRegisters.size > 0;
    checks.push({
      name: 'fault-address',
      ...compared(expectation.faultAddress.value, fault.linearAddress),
      ...(isComputed && { note: 'operand-computed-from-it' }),
    });
  }
  return checks;
}

function errorCodeChecks(fault: Fault, { errorCode, pageFault }: Expectation): readonly Check[] {
  if (fault.kind === 'page-fault') {
    if (pageFault === undefined) return [];
    const actual = decodePageFaultErrorCode(fault.errorCode);
    return [
      { name: 'access-kind', ...compared(pageFault.access, reportedAccess(pageFault.access, actual.access)) },
      { name: 'privilege', ...compared(pageFault.mode, actual.mode) },
    ];
  }
  if (errorCode === undefined || fault.errorCode === undefined) return [];
  // A log prints 16 bits of it.
  return [{ name: 'error-code', ...compared(low16(errorCode.value), low16(fault.errorCode)) }];
}

/** Without NX and SMEP the CPU reports an instruction fetch as a read. */
function reportedAccess(logged: AccessKind, actual: AccessKind): AccessKind {
  return actual === 'execute' && logged === 'read' ? 'read' : actual;
}

function headlineCheck(fault: Fault, { headlineClaims }: Snapshot): readonly Check[] {
  if (fault.kind !== 'page-fault' || headlineClaims === undefined) return [];
  const actual = fault.linearAddress < PAGE_SIZE ? 'first-page' : 'beyond-first-page';
  return [{ name: 'headline', ...compared<typeof headlineClaims>(headlineClaims, actual) }];
}

function compared<Value>(
  expected: Value,
  actual: Value,
): { readonly expected: Value; readonly actual: Value; readonly passed: boolean } {
  return { expected, actual, passed: expected === actual };
}

function low16(value: U32): U32 {
  return wrapU32(value & 0xffff);
}
