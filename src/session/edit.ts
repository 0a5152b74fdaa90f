// What a user changes in a diversion.

import type { PageState } from '../emulator/synthetic-memory.ts';
import type { RegisterName } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { CODE_FLAGS } from './certainty.ts';
import type { DiversionState } from './diversion-state.ts';
import { type KnownByte, type KnownValue, leastCertain } from './known-value.ts';

export type Edit =
  | { readonly kind: 'register'; readonly register: RegisterName; readonly value: U32 }
  /** Bits of EFLAGS under `mask`. */
  | { readonly kind: 'flags'; readonly mask: number; readonly value: number }
  /** Data or code. */
  | { readonly kind: 'memory'; readonly address: U32; readonly bytes: Uint8Array }
  | { readonly kind: 'page'; readonly address: U32; readonly state: PageState };

const SET_HERE = 'set in this diversion';
const SET: KnownValue = { provenance: 'assumed', constraint: SET_HERE };
const SET_BYTE: Pick<KnownByte, 'provenance' | 'constraint'> = { provenance: 'assumed', constraint: SET_HERE };

/** Changes the memory of `state` in place. */
export function applyEdit(state: DiversionState, edit: Edit): DiversionState {
  switch (edit.kind) {
    case 'register':
      return setRegister(state, edit.register, edit.value);
    case 'flags':
      return setFlags(state, edit.mask, edit.value);
    case 'memory': {
      state.memory.write(edit.address, edit.bytes);
      const bytes = new Map(state.bytes);
      edit.bytes.forEach((_, i) => {
        bytes.set(wrapU32(edit.address + i), SET_BYTE);
      });
      return { ...state, bytes };
    }
    case 'page':
      state.memory.setPage(edit.address, edit.state);
      return state;
  }
}

function setRegister(state: DiversionState, register: RegisterName, value: U32): DiversionState {
  const registers = { ...state.registers, [register]: value };
  if (register === 'eip') return { ...state, registers };
  if (register === 'eflags') {
    return { ...state, registers, certainty: { ...state.certainty, flags: SET, unknownFlags: 0 } };
  }
  const certainty = { ...state.certainty, registers: { ...state.certainty.registers, [register]: SET } };
  return { ...state, registers, certainty };
}

function setFlags(state: DiversionState, mask: number, value: number): DiversionState {
  const { certainty, registers } = state;
  const unknownFlags = certainty.unknownFlags & ~mask;
  const others = CODE_FLAGS & ~unknownFlags & ~mask;
  const provenance = others === 0 ? 'assumed' : leastCertain(['assumed', certainty.flags.provenance]);
  return {
    ...state,
    registers: { ...registers, eflags: wrapU32((registers.eflags & ~mask) | (value & mask)) },
    certainty: { ...certainty, unknownFlags, flags: { ...SET, provenance } },
  };
}
