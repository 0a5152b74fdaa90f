// Decides which planned access faults first, and how: segment, then alignment, then page, access by access.

import type { PageState, SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { AccessKind } from '../machine/access.ts';
import { EFLAGS } from '../machine/eflags.ts';
import type { FaultCause } from '../machine/fault-cause.ts';
import type { Fault, Trap } from '../machine/faults.ts';
import { encodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { isNullSelector } from '../machine/segments.ts';
import { type LinearAddress, PAGE_SIZE, pageOf, type U32, wrapU32 } from '../machine/u32.ts';
import type { MachineState } from './cpu.ts';
import type { PlannedAccess } from './plan-accesses.ts';
import type { Vendor } from './vendors.ts';

const ADDRESS_SPACE = 0x1_0000_0000;
const ERROR_CODE_0 = 0 as U32;

export interface AccessCheckOptions {
  readonly vendor: Vendor;
  /** The SSE alignment that the instruction demands, in bytes; 1 where it demands none. */
  readonly vectorAlignment: number;
  /** With alignment checking on, what the whole access needs, and what each of its parts. */
  readonly wholeAlignment: number;
  readonly naturalAlignment: (access: PlannedAccess) => number;
  /** The pieces in which the CPU makes an access. */
  readonly parts: (access: PlannedAccess) => readonly PlannedAccess[];
}

export interface FailedAccess {
  readonly fault: Fault;
  /** Which of the accesses it was; those before it were possible. */
  readonly position: number;
}

/** Gives the exception of the first access that cannot be made, or undefined if all can. */
export function checkAccesses(
  accesses: readonly PlannedAccess[],
  state: MachineState,
  memory: SyntheticMemory,
  options: AccessCheckOptions,
): FailedAccess | undefined {
  for (const [position, access] of accesses.entries()) {
    const fault =
      alignmentCheckFault(access, state, options.wholeAlignment) ??
      vectorAlignmentFault(access, state, options) ??
      accessFault(access, state, memory, options);
    if (fault !== undefined) return { fault, position };
  }
  return undefined;
}

function accessFault(
  whole: PlannedAccess,
  state: MachineState,
  memory: SyntheticMemory,
  options: AccessCheckOptions,
): Fault | undefined {
  for (const part of options.parts(whole)) {
    const fault =
      segmentFault(part, state, options.vendor) ??
      alignmentCheckFault(part, state, options.naturalAlignment(part)) ??
      pageFault(part, whole, state, memory);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * Intel SDM vol. 3A, "Limit Checking" and "Null Segment Selector Checking". With a limit of 4 GiB Intel's processors let an access go on
 * at address 0.
 */
function segmentFault(access: PlannedAccess, state: MachineState, vendor: Vendor): Trap | undefined {
  if (state.processor === 'qemu-tcg') return undefined;
  const { segment, size } = access;
  const trap = (cause: FaultCause): Trap => ({
    kind: segment === 'ss' ? 'stack-fault' : 'general-protection',
    eip: state.registers.eip,
    errorCode: ERROR_CODE_0,
    cause,
  });
  const { selector } = state.segments[segment];
  if (segment !== 'cs' && segment !== 'ss' && isNullSelector(selector))
    return trap({ code: 'null-selector-used', segment });
  if (segment === 'cs' && access.writes !== 'never') return trap({ code: 'code-segment-written' });
  if (vendor !== 'intel' && reachesPastTheEnd(access)) return trap({ code: 'past-segment-limit', segment, size });
  return undefined;
}

/** True where the access wraps from the end of a segment of 4 GiB to its beginning. */
export function reachesPastTheEnd({ effectiveAddress, size }: PlannedAccess): boolean {
  return effectiveAddress + size > ADDRESS_SPACE;
}

function vectorAlignmentFault(
  access: PlannedAccess,
  state: MachineState,
  options: AccessCheckOptions,
): Trap | undefined {
  const alignment = options.vectorAlignment;
  if (access.linearAddress % alignment === 0) return undefined;
  return {
    kind: 'general-protection',
    eip: state.registers.eip,
    errorCode: ERROR_CODE_0,
    cause: { code: 'operand-misaligned', alignment },
  };
}

/** Intel SDM vol. 3A, "Alignment Check Exception (#AC)": above CPL 2, with EFLAGS.AC set; Linux keeps CR0.AM set. */
function alignmentCheckFault(access: PlannedAccess, state: MachineState, alignment: number): Trap | undefined {
  if (state.mode !== 'user' || (state.registers.eflags & EFLAGS.AC) === 0) return undefined;
  if (access.linearAddress % alignment === 0) return undefined;
  return {
    kind: 'alignment-check',
    eip: state.registers.eip,
    errorCode: ERROR_CODE_0,
    cause: { code: 'alignment-checked', alignment },
  };
}

function pageFault(
  access: PlannedAccess,
  whole: PlannedAccess,
  state: MachineState,
  memory: SyntheticMemory,
): Fault | undefined {
  const kinds: readonly AccessKind[] =
    access.writes === 'never' ? ['read'] : !access.reads ? ['write'] : readModifyWriteOrder(state);
  for (const kind of kinds) {
    const at = firstFaultingByte(access, kind, memory);
    if (at !== undefined) return pageFaultAt(at, kind, whole, state, memory);
  }
  return undefined;
}

/** A CPU asks for write access before it reads what it will write back. */
function readModifyWriteOrder(state: MachineState): readonly AccessKind[] {
  return state.processor === 'qemu-tcg' ? ['read', 'write'] : ['write', 'read'];
}

/** CR2 of an access that crosses into a bad page is the first byte in that page. */
function firstFaultingByte(access: PlannedAccess, kind: AccessKind, memory: SyntheticMemory): U32 | undefined {
  const { linearAddress: start, size } = access;
  if (memory.faults(start, kind)) return start;
  for (let page = pageOf(start) + PAGE_SIZE; page < start + size; page += PAGE_SIZE) {
    if (memory.faults(wrapU32(page), kind)) return wrapU32(page);
  }
  return undefined;
}

function hasReservedBit(state: PageState): boolean {
  return state.kind === 'protected' && state.reservedBit === true;
}

function pageFaultAt(
  at: U32,
  access: AccessKind,
  whole: PlannedAccess,
  state: MachineState,
  memory: SyntheticMemory,
): Fault {
  return {
    kind: 'page-fault',
    eip: state.registers.eip,
    linearAddress: at,
    access: { access, linearAddress: whole.linearAddress, size: whole.size },
    errorCode: encodePageFaultErrorCode({
      present: memory.pageState(at).kind === 'protected',
      access,
      mode: state.mode,
      reservedBit: hasReservedBit(memory.pageState(at)),
    }),
  };
}

/** Gives the fault of fetching at `at`, for an instruction that starts at EIP. */
export function fetchFault(at: U32, state: MachineState, memory: SyntheticMemory): Fault {
  return {
    kind: 'page-fault',
    eip: state.registers.eip,
    linearAddress: at,
    access: { access: 'execute', linearAddress: at as LinearAddress, size: 1 },
    errorCode: encodePageFaultErrorCode({
      present: memory.pageState(at).kind === 'protected',
      access: state.fetchErrorCode ?? 'execute',
      mode: state.mode,
      reservedBit: hasReservedBit(memory.pageState(at)),
    }),
  };
}
