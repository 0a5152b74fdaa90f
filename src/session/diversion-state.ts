// The machine of a diversion: concrete values for the CPU, beside them how certain each is. Unknown registers hold a filler that nothing
// may see.

import { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import {
  GENERAL_REGISTERS,
  REGISTER_NAMES,
  type RegisterFile,
  type RegisterName,
  SEGMENT_REGISTERS,
  type SegmentRegister,
} from '../machine/registers.ts';
import type { SegmentFile } from '../machine/segments.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { type Certainty, CODE_FLAGS, certaintyOf } from './certainty.ts';
import { type KnownByte, type KnownValue, UNKNOWN } from './known-value.ts';
import { type KnownRegisters, knownSelectors, type MachineView } from './machine-view.ts';

export interface DiversionState {
  readonly registers: RegisterFile;
  readonly certainty: Certainty;
  readonly segments: SegmentFile;
  /** The segment registers whose selector is the one that the log prints. */
  readonly printedSegments: ReadonlySet<SegmentRegister>;
  readonly memory: SyntheticMemory;
  /** The bytes that are observed in the log or assumed; all others are derived. */
  readonly bytes: ReadonlyMap<U32, Pick<KnownByte, 'provenance' | 'constraint'>>;
}

/** Makes an independent copy of what can be seen at `view`. `fillers` stand for unknown registers and flags. */
export function stateAt(
  view: MachineView,
  addresses: Iterable<U32>,
  pages: SyntheticMemory,
  fillers: RegisterFile,
): DiversionState {
  const memory = new SyntheticMemory();
  const bytes = new Map<U32, Pick<KnownByte, 'provenance' | 'constraint'>>();
  for (const page of pages.pages()) memory.setPage(page, pages.pageState(page));
  for (const address of addresses) {
    const byte = view.byte(address);
    if (byte === undefined) continue;
    memory.write(address, Uint8Array.of(byte.value));
    const { value: _value, ...known } = byte;
    if (known.provenance !== 'derived') bytes.set(address, known);
  }
  const known = view.registers();
  const registers = Object.fromEntries(
    REGISTER_NAMES.map((name) => [name, known[name].value ?? fillers[name]]),
  ) as RegisterFile;
  const selectors = view.selectors();
  const printedSegments = new Set(SEGMENT_REGISTERS.filter((name) => selectors[name].provenance === 'observed'));
  return { registers, certainty: certaintyOf(known), segments: view.segments(), printedSegments, memory, bytes };
}

export function copyOf(state: DiversionState): DiversionState {
  return { ...state, memory: state.memory.clone(), bytes: new Map(state.bytes) };
}

/** Shows a state as a front end sees it. */
export function viewOf(state: DiversionState): MachineView {
  const registers = knownRegisters(state);
  return {
    registers: () => registers,
    segments: () => state.segments,
    selectors: () => knownSelectors(state.segments, state.printedSegments),
    byte: (address) => byteAt(state, address),
    pageState: (address) => state.memory.pageState(address),
  };
}

function knownRegisters({ registers, certainty }: DiversionState): KnownRegisters {
  const entries = GENERAL_REGISTERS.map((name): [RegisterName, KnownValue] => {
    const known = certainty.registers[name];
    return [name, known.provenance === 'unknown' ? UNKNOWN : { ...known, value: registers[name] }];
  });
  return {
    ...(Object.fromEntries(entries) as KnownRegisters),
    eip: { provenance: 'derived', value: registers.eip },
    eflags: knownFlags(registers.eflags, certainty),
  };
}

function knownFlags(value: U32, { flags, unknownFlags }: Certainty): KnownValue {
  if (unknownFlags === 0) return { ...flags, value };
  if (unknownFlags === CODE_FLAGS) return UNKNOWN;
  const provenance = flags.provenance === 'unknown' ? 'derived' : flags.provenance;
  return { provenance, value: wrapU32(value & ~unknownFlags), knownBits: wrapU32(~unknownFlags) };
}

function byteAt({ memory, bytes }: DiversionState, address: U32): KnownByte | undefined {
  const value = memory.read(address, 1)?.[0];
  if (value === undefined) return undefined;
  return { value, ...(bytes.get(address) ?? { provenance: 'derived' }) };
}
