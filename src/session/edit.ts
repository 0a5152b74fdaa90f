// An edit is what a user changes in a diversion.

import type { PageState } from '../emulator/synthetic-memory.ts';
import type { RegisterName } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { CODE_FLAGS } from './certainty.ts';
import type { DiversionState } from './diversion-state.ts';
import { type KnownByte, type KnownValue, leastCertain } from './known-value.ts';

/** One change that begins or extends a diversion. Addresses are linear; `bytes` lie at rising addresses. */
export type Edit =
  | { readonly kind: 'register'; readonly register: RegisterName; readonly value: U32 }
  /** The bits of EFLAGS under `mask` are set to those of `value`. */
  | { readonly kind: 'flags'; readonly mask: number; readonly value: number }
  /** The bytes may be data or code. */
  | { readonly kind: 'memory'; readonly address: U32; readonly bytes: Uint8Array }
  | { readonly kind: 'page'; readonly address: U32; readonly state: PageState };

/** Says how certain a value is that an edit sets. */
export type EditCertainty = Pick<KnownByte, 'provenance' | 'constraint'>;

/** A user tries something: what follows is marked as resting on it. */
export const TRIED: EditCertainty = { provenance: 'assumed', constraint: 'set in this diversion' };
/** A question takes the edits for granted: what follows is as certain as everything else. */
export const GRANTED: EditCertainty = { provenance: 'derived' };

/** Changes the memory of `state` in place. */
export function applyEdit(state: DiversionState, edit: Edit, certainty: EditCertainty): DiversionState {
  switch (edit.kind) {
    case 'register':
      return setRegister(state, edit.register, edit.value, certainty);
    case 'flags':
      return setFlags(state, edit.mask, edit.value, certainty);
    case 'memory': {
      state.memory.write(edit.address, edit.bytes);
      const bytes = new Map(state.bytes);
      edit.bytes.forEach((_, i) => {
        if (certainty.provenance === 'derived') bytes.delete(wrapU32(edit.address + i));
        else bytes.set(wrapU32(edit.address + i), certainty);
      });
      return { ...state, bytes };
    }
    case 'page':
      state.memory.setPage(edit.address, edit.state);
      return state;
  }
}

function setRegister(state: DiversionState, register: RegisterName, value: U32, set: KnownValue): DiversionState {
  const registers = { ...state.registers, [register]: value };
  if (register === 'eip') return { ...state, registers };
  if (register === 'eflags') {
    return { ...state, registers, certainty: { ...state.certainty, flags: set, unknownFlags: 0 } };
  }
  const certainty = { ...state.certainty, registers: { ...state.certainty.registers, [register]: set } };
  return { ...state, registers, certainty };
}

function setFlags(state: DiversionState, mask: number, value: number, set: KnownValue): DiversionState {
  const { certainty, registers } = state;
  const unknownFlags = certainty.unknownFlags & ~mask;
  const others = CODE_FLAGS & ~unknownFlags & ~mask;
  const provenance = others === 0 ? set.provenance : leastCertain([set.provenance, certainty.flags.provenance]);
  return {
    ...state,
    registers: { ...registers, eflags: wrapU32((registers.eflags & ~mask) | (value & mask)) },
    certainty: { ...certainty, unknownFlags, flags: { ...set, provenance } },
  };
}
