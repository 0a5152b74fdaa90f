// From a snapshot to a machine before its faulting instruction: registers, segments and the three-state memory.

import type { MachineState } from '../cpu/cpu.ts';
import { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { AccessKind } from '../machine/access.ts';
import { VECTORS } from '../machine/faults.ts';
import type { PageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import {
  type GeneralRegister,
  REGISTER_NAMES,
  type RegisterName,
  SEGMENT_REGISTERS,
  type SegmentRegister,
} from '../machine/registers.ts';
import type { SegmentFile, SegmentState } from '../machine/segments.ts';
import { PAGE_SIZE, pageOf, type U32, u32, wrapU32 } from '../machine/u32.ts';
import { type CodeWindow, stackWordsOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Assumption } from './assumption.ts';
import { distanceBehindTrap } from './crash-point.ts';
import type { Expectation } from './expectation.ts';
import type { CodeBase } from './replay-types.ts';

export interface Machine {
  readonly state: MachineState;
  readonly memory: SyntheticMemory;
  readonly codeBase: CodeBase;
  /** EIP as the log has it (or our own): after the instruction for a trap. */
  readonly loggedEip: U32;
  /** Linear address of the first captured code byte. */
  readonly codeStart: U32;
  /** Registers that the log lacks; the state holds 0 for them, and nothing may depend on it. */
  readonly missing: readonly RegisterName[];
  /** Registers that the log lacks and that were computed from the fault address. */
  readonly solvedRegisters: ReadonlyMap<GeneralRegister, 'derived' | 'assumed'>;
  readonly assumptions: readonly Assumption[];
}

/** Selectors that a kernel of that mode runs with, for reports that print none. Source: asm/segment.h. */
const USUAL_SELECTORS = {
  kernel: { cs: 0x60, ss: 0x68, ds: 0x7b, es: 0x7b, fs: 0xd8, gs: 0xe0 },
  user: { cs: 0x73, ss: 0x7b, ds: 0x7b, es: 0x7b, fs: 0, gs: 0x33 },
} as const;

const FLAT_BASE = u32(0);
/** IF and the bit that is always 1. */
const QUIET_EFLAGS = u32(0x202);

/** Builds the machine before the instruction that raised the exception. */
export function machineOf(snapshot: Snapshot, expectation: Expectation, code: CodeWindow | undefined): Machine {
  const assumptions: Assumption[] = [];
  const printedEip = snapshot.registers.eip?.value;
  const eipOffset = code?.eipOffset ?? 0;
  const fetchedAddress = expectation.pageFault?.access === 'execute' ? expectation.faultAddress?.value : undefined;
  const codeBase: CodeBase =
    printedEip !== undefined ? 'printed' : fetchedAddress !== undefined ? 'fetch-address' : 'synthetic';
  const eip = printedEip ?? fetchedAddress ?? syntheticEip(snapshot);
  const codeStart = wrapU32(eip - eipOffset);
  const start = wrapU32(eip - distanceBehindTrap(code, expectation));

  const missing = REGISTER_NAMES.filter((name) => name !== 'eip' && snapshot.registers[name] === undefined);
  const registers = {} as Record<RegisterName, U32>;
  for (const name of REGISTER_NAMES)
    registers[name] = snapshot.registers[name]?.value ?? (name === 'eflags' ? QUIET_EFLAGS : FLAT_BASE);
  registers.eip = start;

  const memory = new SyntheticMemory();
  if (code) memory.write(codeStart, code.bytes);
  for (const { kind, start: at, bytes } of snapshot.memory)
    if (kind !== 'code-window' && at !== undefined) memory.write(at, bytes);
  closeFaultingPage(memory, eip, snapshot, expectation, assumptions);

  return {
    state: {
      registers,
      segments: segmentsOf(snapshot, expectation.mode),
      mode: expectation.mode,
      fetchErrorCode: expectation.pageFault?.access === 'read' ? 'read' : 'execute',
    },
    memory,
    codeBase,
    loggedEip: eip,
    codeStart,
    missing,
    solvedRegisters: new Map(),
    assumptions,
  };
}

/** The page of the fault address refuses what the error code says it refused. */
function closeFaultingPage(
  memory: SyntheticMemory,
  eip: U32,
  snapshot: Snapshot,
  expectation: Expectation,
  out: Assumption[],
): void {
  const { vector, faultAddress, pageFault } = expectation;
  if (vector?.value === VECTORS['double-fault']) closeStackPage(memory, snapshot, out);
  if (vector?.value !== VECTORS['page-fault'] || faultAddress === undefined) return;
  out.push(...closePage(memory, eip, faultAddress.value, pageFault));
}

/** Closes the page of `address` as the error code of a page fault tells; returns what was taken for granted for lack of one. */
export function closePage(
  memory: SyntheticMemory,
  eip: U32,
  address: U32,
  pageFault: PageFaultErrorCode | undefined,
): readonly Assumption[] {
  if (pageFault?.present && pageFault.reservedBit) {
    memory.setPage(address, { kind: 'protected', forbids: ['read', 'write', 'execute'], reservedBit: true });
    return [];
  }
  if (pageFault?.present) {
    const fetched = pageFault.access === 'execute' || address === eip;
    memory.setPage(address, { kind: 'protected', forbids: fetched ? ['execute'] : forbiddenBy(pageFault.access) });
    return [];
  }
  memory.setPage(address, { kind: 'unmapped' });
  if (pageFault !== undefined) return [];
  return [{ kind: 'page-state', code: 'page-taken-as-not-present', address }];
}

/** A double fault reports no address of its own; CR2 still holds that of the page fault which could not be delivered. */
function closeStackPage(memory: SyntheticMemory, snapshot: Snapshot, out: Assumption[]): void {
  const esp = snapshot.registers.esp?.value;
  const cr2 = snapshot.control.cr2?.value;
  if (esp === undefined) return;
  const near = cr2 !== undefined && wrapU32(esp - cr2) <= PAGE_SIZE;
  const page = pageOf(near ? cr2 : wrapU32(esp - 1));
  memory.setPage(page, { kind: 'unmapped' });
  out.push({ kind: 'page-state', code: 'stack-page-taken-as-not-present', page, esp });
}

/** A present page that refused a read refuses writes too (a supervisor page seen from user mode); one that refused a write may be read. */
function forbiddenBy(access: AccessKind): readonly AccessKind[] {
  return access === 'write' ? ['write'] : ['read', 'write'];
}

function segmentsOf(snapshot: Snapshot, mode: 'kernel' | 'user'): SegmentFile {
  const segments = {} as Record<SegmentRegister, SegmentState>;
  for (const name of SEGMENT_REGISTERS) {
    const selector = snapshot.segments[name]?.value ?? USUAL_SELECTORS[mode][name];
    segments[name] = name === 'fs' || name === 'gs' ? { selector } : { selector, base: FLAT_BASE };
  }
  return segments;
}

/**
 * An address for code whose address the log does not print: in a page of its own, far from every register and stack word,
 * with the window in one page.
 */
function syntheticEip(snapshot: Snapshot): U32 {
  const taken = new Set<number>();
  const near = (value: U32) => {
    for (const distance of [-PAGE_SIZE, 0, PAGE_SIZE]) taken.add(pageOf(wrapU32(value + distance)));
  };
  for (const register of Object.values(snapshot.registers)) if (register) near(register.value);
  for (const word of stackWordsOf(snapshot)?.words ?? []) near(word);
  if (snapshot.trap.faultAddress) near(snapshot.trap.faultAddress.value);
  let page = 0xc100_0000;
  while (taken.has(page)) page += PAGE_SIZE;
  return u32(page + PAGE_SIZE / 2);
}
