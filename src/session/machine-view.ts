// A view shows a machine at one place in time: registers, memory, page states.

import type { PageState } from '../emulator/synthetic-memory.ts';
import { type RegisterName, SEGMENT_REGISTERS, type SegmentRegister } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { type KnownByte, type KnownValue, wordOf } from './known-value.ts';

export type KnownRegisters = Readonly<Record<RegisterName, KnownValue>>;

/** The machine at one place in time: registers, segments, memory. */
export interface MachineView {
  registers(): KnownRegisters;
  segments(): SegmentFile;
  /** Selectors that the log does not print are the usual ones of its kernel, and assumed. */
  selectors(): Readonly<Record<SegmentRegister, KnownValue>>;
  /** Undefined if the byte is unknown, and if its page refuses every access. */
  byte(address: U32): KnownByte | undefined;
  pageState(address: U32): PageState;
}

/** Reads 1 to 4 bytes, little-endian. */
export function readWord(view: MachineView, address: U32, size = 4): KnownValue {
  return wordOf(readBytes(view, address, size));
}

export function readBytes(view: MachineView, address: U32, size: number): readonly (KnownByte | undefined)[] {
  return Array.from({ length: size }, (_, i) => view.byte(wrapU32(address + i)));
}

export function knownSelectors(
  segments: SegmentFile,
  printed: ReadonlySet<SegmentRegister>,
): Readonly<Record<SegmentRegister, KnownValue>> {
  const entries = SEGMENT_REGISTERS.map((name): [SegmentRegister, KnownValue] => {
    const value = wrapU32(segments[name].selector);
    return [name, printed.has(name) ? { provenance: 'observed', value } : { ...USUAL, value }];
  });
  return Object.fromEntries(entries) as Record<SegmentRegister, KnownValue>;
}

const USUAL: KnownValue = { provenance: 'assumed', constraint: 'the log does not print it' };
