// The page fault of a report, as far as it is known: from the replay, from the log, or from what the instruction would touch.

import type { AccessKind } from '../machine/access.ts';
import { VECTORS } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { PAGE_SIZE, type U32, wrapU32 } from '../machine/u32.ts';
import { type AddressLayout, zoneOf } from '../machine/zones.ts';
import { describeOperand, operandAt } from '../replay/faulting-operand.ts';
import type { FaultingOperand, Replay } from '../replay/replay-types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A page fault, from the replay where it agrees with the log, else from the log alone. */
export interface PageFaultFacts {
  readonly address: U32;
  readonly access: AccessKind;
  readonly present: boolean;
  readonly mode: 'kernel' | 'user';
  readonly reservedBit: boolean;
  /** Bytes; absent where nothing was replayed. */
  readonly size?: number;
  /** The log lost its first lines: that this is a page fault follows from what the instruction touches. */
  readonly inferred?: true;
}

/** The page fault that the replay raised or the log reports. */
export function faultOf(snapshot: Snapshot, { verdict, fault }: Replay): PageFaultFacts | undefined {
  const { trap, kind, registers } = snapshot;
  if (verdict === 'reproduced' && fault?.kind === 'page-fault') {
    const { mode, reservedBit, present } = decodePageFaultErrorCode(trap.errorCode?.value ?? fault.errorCode);
    const { access, size } = fault.access;
    return { address: fault.linearAddress, access, size, present, mode, reservedBit };
  }
  if (trap.errorCode === undefined || trap.vector?.value !== VECTORS['page-fault']) return undefined;
  if (trap.faultAddress === undefined) return unreadableCode(snapshot);
  const address = trap.faultAddress.value;
  const code = decodePageFaultErrorCode(trap.errorCode.value);
  // Without NX a fetch pushes the code of a read.
  const access = code.access === 'read' && registers.eip?.value === address ? 'execute' : code.access;
  return { address, ...code, access, mode: kind === 'user-fault' ? 'user' : code.mode };
}

/** The log lost the address, and the kernel could not read the code at EIP: the fetch there is what faulted. */
function unreadableCode({ trap, codeUnavailable, registers }: Snapshot): PageFaultFacts | undefined {
  const eip = registers.eip?.value;
  if (codeUnavailable === undefined || eip === undefined || eip >= PAGE_SIZE) return undefined;
  const { mode, reservedBit, present } = decodePageFaultErrorCode(trap.errorCode?.value ?? wrapU32(0));
  return { address: eip, access: 'execute', present, mode, reservedBit };
}

/**
 * A log without its first lines names no exception. Where the instruction touches what is no address of the kernel, the page fault is
 * plain, if CR2 does not say otherwise; what is concluded from it is no more than suggested.
 */
export function lostFault(
  { kind, trap, control }: Snapshot,
  { reason, instruction, machine }: Replay,
  layout: AddressLayout,
): { readonly fault: PageFaultFacts; readonly operand: FaultingOperand } | undefined {
  if (kind !== 'oops' || trap.vector !== undefined || reason?.code !== 'exception-not-named') return undefined;
  if (instruction === undefined || machine === undefined) return undefined;
  const cr2 = control.cr2?.value;
  const touched = reason.accesses.find(({ linearAddress: at, size }) => {
    const zone = zoneOf(at, layout);
    if (cr2 !== undefined && (cr2 - at) >>> 0 >= size) return false;
    return zone === 'null-page' || zone === 'user' || zone === 'error-pointer';
  });
  const { registers, segments } = machine.state;
  const operand = touched && operandAt(instruction, touched.linearAddress, registers, segments);
  if (touched === undefined || operand === undefined) return undefined;
  const { linearAddress: address, access, size } = touched;
  const fault = { address, access, size, present: false, mode: 'kernel', reservedBit: false, inferred: true } as const;
  return {
    fault,
    operand: describeOperand(operand, registers, segments, new Set(), new Set(machine.missing), new Map()),
  };
}
