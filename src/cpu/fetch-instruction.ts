// Fetches and decodes the instruction at EIP, with the faults of a fetch: page, length, encoding.

import type { Decoder } from '../decoder/decoder.ts';
import { type Instruction, MAX_INSTRUCTION_LENGTH } from '../decoder/instruction.ts';
import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import { bytesText } from '../machine/byte-text.ts';
import type { Fault } from '../machine/faults.ts';
import { type LinearAddress, PAGE_SIZE, pageOf, type U32, wrapU32 } from '../machine/u32.ts';
import { fetchFault } from './check-accesses.ts';
import type { AbsentMemoryPolicy, MachineState } from './cpu.ts';
import { vendorsOf } from './vendors.ts';

/** ud0 and ud1, of which AMD's do not fetch the ModRM byte, and the opcodes that only VIA's processors had; prefixes may precede them. */
const UNDEFINED_WITHOUT_OPERANDS = /^(?:26|2e|36|3e|64|65|66|67|f0|f2|f3)*0f(?:ff|b9|a6|a7)/;

export type Fetched =
  | { readonly kind: 'instruction'; readonly instruction: Instruction }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** An undefined opcode ends its page, and some processors fetch more of it before they find it undefined. */
  | { readonly kind: 'processors-differ' }
  /** The bytes are unknown, and the policy does not give them. */
  | { readonly kind: 'absent'; readonly linearAddress: LinearAddress; readonly size: number };

export function fetchInstruction(
  decoder: Decoder,
  state: MachineState,
  memory: SyntheticMemory,
  absent: AbsentMemoryPolicy,
): Fetched {
  const { eip } = state.registers;
  for (let attempt = 0; attempt < MAX_INSTRUCTION_LENGTH; attempt++) {
    const { bytes, stoppedBy } = fetchableBytes(eip, state, memory);
    const instruction = bytes.length === 0 ? undefined : decoder.decode(bytes, 0, eip);
    if (instruction !== undefined) return { kind: 'instruction', instruction };
    const extent = bytes.length === 0 ? 'truncated' : decoder.extents(bytes)[0]?.kind;
    const tooMany = bytes.length === MAX_INSTRUCTION_LENGTH && startsWithPrefixes(bytes);
    if (extent !== 'truncated' && !tooMany) return { kind: 'fault', fault: invalidOpcode(bytes, state) };
    if (bytes.length === MAX_INSTRUCTION_LENGTH) return { kind: 'fault', fault: tooLong(state) };
    if (stoppedBy === 'page') {
      const vendors = UNDEFINED_WITHOUT_OPERANDS.test(bytesText(bytes)) ? vendorsOf(state) : [];
      if (vendors.length > 1) return { kind: 'processors-differ' };
      if (vendors[0] === 'amd') return { kind: 'fault', fault: invalidOpcode(bytes, state) };
      return { kind: 'fault', fault: fetchFault(wrapU32(eip + bytes.length), state, memory) };
    }
    const at = wrapU32(eip + bytes.length) as LinearAddress;
    const given = absent({ access: 'execute', linearAddress: at, size: 1 });
    if (given === 'stop') return { kind: 'absent', linearAddress: at, size: 1 };
    memory.write(at, given.subarray(0, 1));
  }
  return { kind: 'fault', fault: tooLong(state) };
}

/** Gives up to 15 bytes from EIP on; it ends before a page that cannot be executed and before an unknown byte. */
function fetchableBytes(
  eip: U32,
  state: MachineState,
  memory: SyntheticMemory,
): { bytes: Uint8Array; stoppedBy: 'page' | 'absent' | 'length' } {
  const toPageEnd = PAGE_SIZE - (eip % PAGE_SIZE);
  if (faultsOnFetch(eip, state, memory)) return { bytes: new Uint8Array(0), stoppedBy: 'page' };
  const nextPageFaults = faultsOnFetch(wrapU32(pageOf(eip) + PAGE_SIZE), state, memory);
  const limit = nextPageFaults ? Math.min(MAX_INSTRUCTION_LENGTH, toPageEnd) : MAX_INSTRUCTION_LENGTH;
  const length = memory.knownLength(eip, limit);
  const bytes = memory.read(eip, length) ?? new Uint8Array(0);
  if (length < limit) return { bytes, stoppedBy: 'absent' };
  return { bytes, stoppedBy: limit < MAX_INSTRUCTION_LENGTH ? 'page' : 'length' };
}

/** Without NX what can be read can be executed, and what cannot be read cannot. */
function faultsOnFetch(address: U32, _state: MachineState, memory: SyntheticMemory): boolean {
  return memory.faults(address, 'execute') || memory.faults(address, 'read');
}

function invalidOpcode(bytes: Uint8Array, state: MachineState): Fault {
  const locked = bytes.includes(0xf0);
  return {
    kind: 'invalid-opcode',
    eip: state.registers.eip,
    cause: { code: locked ? 'no-instruction-or-not-lockable' : 'no-instruction' },
  };
}

function tooLong(state: MachineState): Fault {
  return {
    kind: 'general-protection',
    eip: state.registers.eip,
    errorCode: 0 as U32,
    cause: { code: 'instruction-too-long', longest: MAX_INSTRUCTION_LENGTH },
  };
}

/** True for fifteen bytes without an opcode among them. */
function startsWithPrefixes(bytes: Uint8Array): boolean {
  return /^(?:26|2e|36|3e|64|65|66|67|f0|f2|f3){14}/.test(bytesText(bytes));
}
