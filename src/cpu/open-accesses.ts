// Gets the bytes that an instruction is about to read, and asks the policy for those that are unknown.

import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import type { MemoryAccess } from '../machine/access.ts';
import { wrapU32 } from '../machine/u32.ts';
import type { AbsentMemoryPolicy } from './cpu.ts';
import type { PlannedAccess } from './plan-accesses.ts';

export interface OpenedAccess extends PlannedAccess {
  /** The bytes that it reads; empty for a plain write. */
  readonly bytes: Uint8Array;
}

export type Opened =
  | {
      readonly kind: 'open';
      readonly accesses: readonly OpenedAccess[];
      /** False if the policy gave some of the bytes. */
      readonly proved: boolean;
    }
  | { readonly kind: 'absent'; readonly access: MemoryAccess };

const NOTHING = new Uint8Array(0);

export function openAccesses(
  accesses: readonly PlannedAccess[],
  memory: SyntheticMemory,
  absent: AbsentMemoryPolicy,
): Opened {
  const opened: OpenedAccess[] = [];
  let proved = true;
  for (const planned of accesses) {
    // A write that may not happen leaves what was there: that must be known as well.
    if (!planned.reads && planned.writes !== 'sometimes') {
      opened.push({ ...planned, bytes: NOTHING });
      continue;
    }
    const { linearAddress, size } = planned;
    let bytes = memory.read(linearAddress, size);
    if (bytes === undefined) {
      const access: MemoryAccess = { access: 'read', linearAddress, size };
      const given = absent(access);
      if (given === 'stop') return { kind: 'absent', access };
      proved = false;
      bytes = fillAbsent(memory, access, given);
    }
    opened.push({ ...planned, bytes });
  }
  return { kind: 'open', accesses: opened, proved };
}

function fillAbsent(memory: SyntheticMemory, access: MemoryAccess, given: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(access.size);
  for (let i = 0; i < access.size; i++) {
    const at = wrapU32(access.linearAddress + i);
    const known = memory.read(at, 1);
    bytes[i] = known?.[0] ?? given[i] ?? 0;
  }
  memory.write(access.linearAddress, bytes);
  return bytes;
}
