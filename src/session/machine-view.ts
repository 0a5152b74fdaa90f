// What can be seen of a machine at one place in time: registers, memory, page states.

import type { PageState } from '../emulator/synthetic-memory.ts';
import type { RegisterName } from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { type KnownByte, type KnownValue, wordOf } from './known-value.ts';

export type KnownRegisters = Readonly<Record<RegisterName, KnownValue>>;

export interface MachineView {
  registers(): KnownRegisters;
  segments(): SegmentFile;
  /** Undefined where nobody knows it, and where the page refuses every access. */
  byte(address: U32): KnownByte | undefined;
  pageState(address: U32): PageState;
}

/** 1 to 4 bytes, little-endian. */
export function readWord(view: MachineView, address: U32, size = 4): KnownValue {
  return wordOf(readBytes(view, address, size));
}

export function readBytes(view: MachineView, address: U32, size: number): readonly (KnownByte | undefined)[] {
  return Array.from({ length: size }, (_, i) => view.byte(wrapU32(address + i)));
}
