// Loads and stores of segment registers: mov, push, pop, lds and its family. Intel SDM vol. 2, MOV, POP, LDS/LES/LFS/LGS/LSS.

import {
  type GeneralRegister,
  type RegisterFile,
  registerPart,
  SEGMENT_REGISTERS,
  type SegmentRegister,
} from '../../machine/registers.ts';
import type { SegmentFile, SegmentState } from '../../machine/segments.ts';
import { type LinearAddress, wrapU32 } from '../../machine/u32.ts';
import type { MachineState } from '../cpu.ts';
import { vendorsOf } from '../vendors.ts';
import {
  advance,
  type Done,
  type ExecutionContext,
  littleEndian,
  littleEndianBytes,
  type Raised,
  type Unsupported,
} from './rule.ts';
import { canLoadData } from './selectors.ts';

const FAR_LOADS: Readonly<Record<string, SegmentRegister>> = { lds: 'ds', les: 'es', lfs: 'fs', lgs: 'gs', lss: 'ss' };

export function segmentRegisters(context: ExecutionContext): Done | Raised | Unsupported | undefined {
  const { instruction, state, accesses } = context;
  const [first, second] = instruction.operands;
  const far = FAR_LOADS[instruction.mnemonic];
  if (far !== undefined) return loadFarPointer(context, far);
  const target = first?.kind === 'register' ? asSegment(first.name) : undefined;
  if (target === undefined) return undefined;
  if (instruction.mnemonic === 'push') return pushSelector(context, target);
  if (instruction.mnemonic === 'pop') {
    const selector = littleEndian(accesses[0]?.bytes ?? new Uint8Array(2), 0, 2);
    return load(context, target, selector, { esp: state.registers.esp + instruction.stackDelta });
  }
  if (instruction.mnemonic !== 'mov' || second === undefined) return undefined;
  const part = second.kind === 'register' ? registerPart(second.name) : undefined;
  const selector = part
    ? state.registers[part.register] & 0xffff
    : littleEndian(accesses[0]?.bytes ?? new Uint8Array(2), 0, 2);
  return load(context, target, selector, {});
}

/** The access covers the bytes that are written for certain; differences.ts, `pushed-selector`. */
function pushSelector({ instruction, state, accesses }: ExecutionContext, source: SegmentRegister): Done | undefined {
  const [slot] = accesses;
  if (slot === undefined) return undefined;
  const { size } = slot;
  const rest = -instruction.stackDelta - size;
  return {
    kind: 'done',
    registers: advance(instruction, state.registers, { esp: state.registers.esp + instruction.stackDelta }),
    writes: new Map([[0, littleEndianBytes(state.segments[source].selector, size)]]),
    ...(rest > 0 &&
      vendorsOf(state).length > 1 && {
        perhapsCleared: { linearAddress: wrapU32(slot.linearAddress + size) as LinearAddress, size: rest },
      }),
  };
}

function loadFarPointer(context: ExecutionContext, target: SegmentRegister): Done | Raised | Unsupported | undefined {
  const { instruction, state, accesses } = context;
  const [destination] = instruction.operands;
  const bytes = accesses[0]?.bytes;
  const part = destination?.kind === 'register' ? registerPart(destination.name) : undefined;
  if (bytes === undefined || part === undefined) return undefined;
  const size = bytes.length - 2;
  const offset = littleEndian(bytes, 0, size);
  return load(context, target, littleEndian(bytes, size, 2), {
    [part.register]: mergeRegister(state.registers, part.register, offset, size),
  });
}

function mergeRegister(registers: RegisterFile, name: GeneralRegister, value: number, size: number): number {
  return size === 4 ? value : (registers[name] & ~0xffff) | (value & 0xffff);
}

function load(
  context: ExecutionContext,
  target: SegmentRegister,
  selector: number,
  changes: Partial<Record<keyof RegisterFile, number>>,
): Done | Raised | Unsupported {
  const { instruction, state } = context;
  const verdict = canLoadData(selector, target, state);
  if (verdict.kind !== 'loads') return verdict;
  return {
    kind: 'done',
    registers: advance(instruction, state.registers, changes),
    segments: { ...state.segments, [target]: segmentOf(selector, state) } as SegmentFile,
  };
}

/** The base that this selector has wherever the machine already holds it; unknown where two registers disagree. */
function segmentOf(selector: number, state: MachineState): SegmentState {
  const holders = Object.values(state.segments).filter((held: SegmentState) => held.selector === selector);
  const bases = new Set(holders.map((held: SegmentState) => held.base));
  const [base] = bases;
  return bases.size === 1 && base !== undefined ? { selector, base: wrapU32(base) } : { selector };
}

function asSegment(name: string): SegmentRegister | undefined {
  return SEGMENT_REGISTERS.find((segment) => segment === name);
}
