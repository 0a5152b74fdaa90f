// The comparison of the emulated fault with the log, point by point. Only what the log says is checked.

import { exceptionInfo, exceptionOfVector, type Fault } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { hex32, PAGE_SIZE, type U32 } from '../machine/u32.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Expectation } from './expectation.ts';
import type { Machine } from './machine.ts';
import type { Check } from './replay-types.ts';

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

function check(name: Check['name'], expected: string, actual: string, note?: string): Check {
  return { name, expected, actual, passed: expected === actual, ...(note !== undefined && { note }) };
}

function exceptionCheck(fault: Fault, { vector }: Expectation): readonly Check[] {
  if (vector === undefined) return [];
  const expected = exceptionOfVector(vector.value)?.mnemonic ?? `vector ${vector.value}`;
  return [check('exception', expected, exceptionInfo(fault.kind).mnemonic, vector.inferred)];
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
    checks.push(check('instruction-address', hex32(eip.value), hex32(fault.eip)));
  }
  if (fault.kind === 'page-fault' && expectation.faultAddress) {
    const note =
      derivedBases.size > 0 || machine.solvedRegisters.size > 0
        ? 'part of the operand was computed from this address'
        : undefined;
    checks.push(check('fault-address', hex32(expectation.faultAddress.value), hex32(fault.linearAddress), note));
  }
  return checks;
}

function errorCodeChecks(fault: Fault, { errorCode, pageFault }: Expectation): readonly Check[] {
  if (fault.kind === 'page-fault') {
    if (pageFault === undefined) return [];
    const actual = decodePageFaultErrorCode(fault.errorCode);
    return [
      check('access-kind', pageFault.access, reportedAccess(pageFault.access, actual.access)),
      check('privilege', pageFault.mode, actual.mode),
    ];
  }
  if (errorCode === undefined || fault.errorCode === undefined) return [];
  return [check('error-code', hex32(errorCode.value).slice(4), hex32(fault.errorCode).slice(4))];
}

/** Without NX and SMEP the CPU reports an instruction fetch as a read. */
function reportedAccess(logged: string, actual: string): string {
  return actual === 'execute' && logged === 'read' ? 'read' : actual;
}

/** "NULL pointer dereference" is printed for every address below 4096, and for no other. */
function headlineCheck(fault: Fault, snapshot: Snapshot): readonly Check[] {
  const text = snapshot.headline?.value;
  if (fault.kind !== 'page-fault' || text === undefined || !/pointer deref|paging request|page fault/i.test(text))
    return [];
  const expected = /NULL pointer/i.test(text) ? 'below 4096' : '4096 or above';
  return [check('headline', expected, inFirstPage(fault.linearAddress) ? 'below 4096' : '4096 or above')];
}

function inFirstPage(address: U32): boolean {
  return address < PAGE_SIZE;
}
