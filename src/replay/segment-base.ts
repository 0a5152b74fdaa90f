// The bases of fs and gs are not in any log. A fault proves one only where the faulting operand itself goes through it.

import { effectiveAddress } from '../cpu/effective-address.ts';
import type { Instruction, MemoryOperand } from '../decoder/instruction.ts';
import { VECTORS } from '../machine/faults.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { linearAddress, pageOf, type U32, u32, wrapU32 } from '../machine/u32.ts';
import type { Assumption } from './assumption.ts';
import type { Expectation } from './expectation.ts';
import { touchesMemory } from './faulting-operand.ts';
import type { Machine } from './machine.ts';

export interface ResolvedSegments {
  readonly file: SegmentFile;
  /** Segment registers whose base was computed from the fault address. */
  readonly derived: ReadonlySet<string>;
  readonly assumptions: readonly Assumption[];
}

/** Somewhere that no known page lies: an access through an unknown base that is not the faulting one must not disturb the replay. */
const FAR_FROM_EVERYTHING = u32(0x7000_0000);

export function resolveSegmentBases(
  machine: Machine,
  instruction: Instruction | undefined,
  expectation: Expectation,
): ResolvedSegments {
  const { segments, registers } = machine.state;
  const operands = instruction?.memory.filter(touchesMemory) ?? [];
  const unknown = operands.filter((operand) => segments[operand.segment].base === undefined);
  if (unknown.length === 0) return { file: segments, derived: new Set(), assumptions: [] };

  const fault = expectation.vector?.value === VECTORS['page-fault'] ? expectation.faultAddress?.value : undefined;
  const explained = operands.some(
    (operand) => fault !== undefined && !unknown.includes(operand) && touchesPage(operand, fault, machine),
  );
  const segment = unknown[0]?.segment ?? 'fs';
  if (fault !== undefined && unknown.length === 1 && !explained) {
    const offset = effectiveAddress(unknown[0] as MemoryOperand, registers);
    const base = wrapU32(fault - offset);
    return {
      file: withBase(segments, segment, base),
      derived: new Set([segment]),
      assumptions: [{ kind: 'segment-base', code: 'segment-base-from-fault-address', segment, base }],
    };
  }
  return {
    file: withBase(segments, segment, FAR_FROM_EVERYTHING),
    derived: new Set(),
    assumptions: [{ kind: 'segment-base', code: 'segment-base-without-effect', segment }],
  };
}

function touchesPage(operand: MemoryOperand, fault: U32, machine: Machine): boolean {
  const base = machine.state.segments[operand.segment].base ?? u32(0);
  const start = linearAddress(base, effectiveAddress(operand, machine.state.registers));
  return pageOf(start) === pageOf(fault) || pageOf(wrapU32(start + operand.size - 1)) === pageOf(fault);
}

function withBase(segments: SegmentFile, name: keyof SegmentFile, base: U32): SegmentFile {
  return { ...segments, [name]: { selector: segments[name].selector, base } };
}
