// Draws findings from a snapshot and its replay: facts that follow from them, without wording or layout.

import { pageOf, type U32, wrapU32 } from '../machine/u32.ts';
import { type AddressLayout, layoutOf } from '../machine/zones.ts';
import type { LeadUp } from '../reconstruction/lead-up.ts';
import type { Replay } from '../replay/replay-types.ts';
import { kernelsOf } from '../snapshot/kernels.ts';
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
      ...pageFaultFindings(replay),
      ...(leadUp ? originFindings(leadUp) : []),
      ...causeFinding(replay),
      ...mappingFinding(snapshot),
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
  const isProgram = snapshot.kind === 'user-fault' || snapshot.mode?.value === 'user';
  const seen = { kernel, modules, lowmem: lowmemSeen(snapshot) };
  return layoutOf(isProgram ? seen : { ...seen, kernels: kernelsOf(snapshot) });
}

/**
 * Gives addresses of what i386 kernels allocate in lowmem only: stacks (they have no VMAP_STACK), thread_info, task structures. %esp is one even if it is
 * garbage otherwise: the exception frame was pushed there, or it had become a double fault.
 */
function lowmemSeen({ kind, mode, registers, task }: Snapshot): readonly U32[] {
  const stack = kind === 'user-fault' || kind === 'double-fault' || mode?.value === 'user' ? undefined : registers.esp;
  return [stack, task.threadInfo, task.task].flatMap((fact) => (fact === undefined ? [] : [fact.value]));
}

function pageFaultFindings({ fault, operand }: Replay): readonly Finding[] {
  if (fault?.kind !== 'page-fault' || fault.access.access === 'execute') return [];
  const findings: Finding[] = [];
  if (operand?.unwrapped !== undefined && operand.unwrapped >= 0x1_0000_0000) {
    findings.push({ kind: 'address-wrapped', sum: operand.unwrapped, address: operand.linearAddress });
  }
  const { linearAddress: start, size } = fault.access;
  if (pageOf(start) !== pageOf(fault.linearAddress)) {
    findings.push({ kind: 'page-crossing', start, size, address: fault.linearAddress });
  }
  return findings;
}

function causeFinding(replay: Replay): readonly Finding[] {
  const fault = replay.fault;
  return fault !== undefined && fault.kind !== 'page-fault' && fault.cause !== undefined
    ? [{ kind: 'cause', cause: fault.cause }]
    : [];
}

/** Gives ip − start, and the offset in the file where the log prints it. Some kernels name the next mapping above ip, which does not hold it: there is no finding then. */
function mappingFinding(snapshot: Snapshot): readonly Finding[] {
  const mapping = snapshot.mapping?.value;
  const eip = snapshot.registers.eip?.value;
  if (mapping === undefined || eip === undefined) return [];
  const offset = wrapU32(eip - mapping.start);
  if (offset >= mapping.size) return [];
  const { file, start, fileOffset } = mapping;
  return [{ kind: 'mapping-offset', file, start, offset, ...(fileOffset !== undefined && { fileOffset }) }];
}
