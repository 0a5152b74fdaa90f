// One touch of memory by one instruction.

import type { LinearAddress } from './u32.ts';

export type AccessKind = 'read' | 'write' | 'execute';

export interface MemoryAccess {
  readonly access: AccessKind;
  /** The address of the first byte. */
  readonly linearAddress: LinearAddress;
  /** The size in bytes. */
  readonly size: number;
}

/** A completed access with its bytes in memory order. */
export interface ValuedAccess extends MemoryAccess {
  readonly bytes: Uint8Array;
}
