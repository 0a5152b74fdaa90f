// Draws findings from a snapshot and its replay: facts that follow from them, without wording or layout.

import type { PageFault } from '../machine/faults.ts';
import { decodePageFaultErrorCode } from '../machine/page-fault-error-code.ts';
import { PAGE_SIZE, pageOf, type U32, wrapU32 } from '../machine/u32.ts';
import { type AddressLayout, errnoOf, layoutOf, poisonOf, zoneOf } from '../machine/zones.ts';
import type { LeadUp } from '../reconstruction/lead-up.ts';
import type { AddressPart, FaultingOperand, Replay } from '../replay/replay-types.ts';
import { stackWordsOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Finding, StackWord } from './finding.ts';
import { originFindings } from './origin.ts';
import { annotateStack } from './stack.ts';

/** What follows from a report and its replay: where the address space is divided, the findings, and remarks on the words of the stack. */
export interface Explanation {
  readonly layout: AddressLayout;
  readonly findings: readonly Finding[];
  readonly stack: readonly StackWord[];
}

/** Explains a report by its replay and, if it was rebuilt, by its lead-up. */
export function explain(snapshot: Snapshot, replay: Replay, leadUp?: LeadUp): Explanation {
  const layout = layoutOfSnapshot(snapshot);
  return {
    layout,
    findings: [
      ...pageFaultFindings(snapshot, replay, layout),
      ...(leadUp ? originFindings(leadUp) : []),
      ...causeFinding(replay),
      ...mappingFinding(snapshot),
      ...stackFindings(snapshot),
      ...ordinalFinding(snapshot),
    ],
    stack: annotateStack(snapshot),
  };
}

/** Concludes the user/kernel split and the end of lowmem from the kernel and module addresses that the log prints. */
export function layoutOfSnapshot(snapshot: Snapshot): AddressLayout {
  const eip = snapshot.registers.eip?.value;
  const named = (snapshot.kind === 'user-fault' ? [] : (snapshot.trace ?? [])).filter(({ symbol }) => symbol);
  const kernel = named.flatMap(({ address }) => address ?? []);
  const modules = named.flatMap(({ address, symbol }) => (symbol?.module === undefined ? [] : (address ?? [])));
  if (eip !== undefined && snapshot.symbol?.value.module !== undefined) modules.unshift(eip);
  return layoutOf({ kernel, modules, lowmem: lowmemSeen(snapshot) });
}

/**
 * Gives addresses of what i386 kernels allocate in lowmem only: stacks (they have no VMAP_STACK), thread_info, task structures. %esp is one even if it is
 * garbage otherwise: the exception frame was pushed there, or it had become a double fault.
 */
function lowmemSeen({ kind, mode, registers, task }: Snapshot): readonly U32[] {
  const stack = kind === 'user-fault' || kind === 'double-fault' || mode?.value === 'user' ? undefined : registers.esp;
  return [stack, task.threadInfo, task.task].flatMap((fact) => (fact === undefined ? [] : [fact.value]));
}

function pageFaultFindings(snapshot: Snapshot, replay: Replay, layout: AddressLayout): readonly Finding[] {
  const fault = replay.fault;
  if (fault?.kind !== 'page-fault') return userLineFindings(snapshot);
  if (fault.access.access === 'execute') return [wildJump(snapshot, fault)];
  const findings: Finding[] = [];
  const { operand } = replay;
  if (operand?.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000) {
    findings.push({ kind: 'address-wrapped', sum: operand.unwrapped, address: operand.linearAddress });
  }
  const { linearAddress: start, size } = fault.access;
  if (pageOf(start) !== pageOf(fault.linearAddress)) {
    findings.push({ kind: 'page-crossing', start, size, address: fault.linearAddress });
  }
  findings.push(...suspects(fault, operand, layout));
  return findings;
}

/** Judges what the parts of the address look like: NULL, poison, an errno, or simply an address of the other half. */
function suspects(fault: PageFault, operand: FaultingOperand | undefined, layout: AddressLayout): readonly Finding[] {
  const address = fault.linearAddress;
  const parts = [operand?.base, operand?.index].filter(
    (part) => part !== undefined && part.provenance !== 'assumed',
  ) as readonly AddressPart[];
  for (const { register, value } of parts) {
    const poison = value === undefined ? undefined : poisonOf(value);
    if (value !== undefined && poison !== undefined) return [{ kind: 'poison', register, value, poison }];
  }
  const errorPointer = parts.find((part) => part.value !== undefined && zoneOf(part.value, layout) === 'error-pointer');
  if (errorPointer?.value !== undefined && operand?.index === undefined) {
    const { register, value } = errorPointer;
    return [{ kind: 'error-pointer', register, value, errno: errnoOf(value) }];
  }
  if (address < PAGE_SIZE) {
    const holder = parts.find((part) => part.value === 0);
    return [{ kind: 'null-pointer', offset: address, ...(holder && { register: holder.register }) }];
  }
  if (decodePageFaultErrorCode(fault.errorCode).mode === 'kernel' && zoneOf(address, layout) === 'user') {
    return [{ kind: 'user-address-in-kernel', access: fault.access.access, address }];
  }
  return [];
}

/** After a call the word at esp is the return address; after a return it is what lay above that. */
function wildJump(snapshot: Snapshot, fault: PageFault): Finding {
  const { trace } = snapshot;
  const stack = stackWordsOf(snapshot);
  const esp = snapshot.registers.esp?.value;
  const top = stack !== undefined && stack.start === esp ? stack.words[0] : undefined;
  const entry = trace?.find(({ address }) => address === top && address !== undefined);
  return {
    kind: 'wild-jump',
    address: fault.linearAddress,
    ...(top !== undefined && entry && { returnAddress: top }),
    ...(entry?.symbol && { caller: entry.symbol }),
  };
}

/** Gives what the address alone says, for a `segfault at` line without code. */
function userLineFindings(snapshot: Snapshot): readonly Finding[] {
  const address = snapshot.trap.faultAddress?.value;
  if (snapshot.kind !== 'user-fault' || address === undefined) return [];
  if (address === snapshot.registers.eip?.value) return [{ kind: 'wild-jump', address }];
  return address < PAGE_SIZE ? [{ kind: 'null-pointer', offset: address }] : [];
}

function causeFinding(replay: Replay): readonly Finding[] {
  const fault = replay.fault;
  return fault !== undefined && fault.kind !== 'page-fault' && fault.cause !== undefined
    ? [{ kind: 'cause', cause: fault.cause }]
    : [];
}

/** Gives ip − start. Some kernels name the next mapping above ip, which does not hold it: there is no finding then. */
function mappingFinding(snapshot: Snapshot): readonly Finding[] {
  const mapping = snapshot.mapping?.value;
  const eip = snapshot.registers.eip?.value;
  if (mapping === undefined || eip === undefined) return [];
  const offset = wrapU32(eip - mapping.start);
  if (offset >= mapping.size) return [];
  const { file, start, fileOffset } = mapping;
  return [{ kind: 'mapping-offset', file, start, offset, ...(fileOffset !== undefined && { fileOffset }) }];
}

/** A kernel stack has 4 or 8 KiB, from the thread_info upwards. */
function stackFindings(snapshot: Snapshot): readonly Finding[] {
  const start = snapshot.task.threadInfo?.value;
  const esp = snapshot.registers.esp?.value;
  if (start === undefined || esp === undefined || snapshot.mode?.value === 'user') return [];
  const below = esp < start && start - esp < 2 * PAGE_SIZE;
  return below ? [{ kind: 'stack-overrun', esp, stackStart: start }] : [];
}

function ordinalFinding(snapshot: Snapshot): readonly Finding[] {
  const ordinal = snapshot.trap.ordinal?.value;
  return ordinal !== undefined && ordinal > 1 ? [{ kind: 'secondary-report', ordinal }] : [];
}
