// Values that kernels write on purpose, and which kernels do. Sources: include/linux/poison.h and its history (8a5e5e02fc83 and 4c6080cd6f8b
// for lists, b8a0255db958 for timers, b46b8f19c9cd for red zones), mm/slab.c, mm/slub.c, linux/spinlock_types.h, linux/magic.h.

import { type PossibleKernels, type VersionRange, version, within } from './kernel-version.ts';
import type { U32 } from './u32.ts';

export type Marker =
  | 'LIST_POISON1'
  | 'LIST_POISON2'
  | 'TIMER_ENTRY_STATIC'
  | 'slab-freed'
  | 'slab-not-written'
  | 'slab-last-word'
  | 'slab-freed-or-new'
  | 'red-zone-free'
  | 'red-zone-in-use'
  | 'slub-red-zone-free'
  | 'slub-red-zone-in-use'
  | 'init-memory-freed'
  | 'page-freed'
  | 'dma-pool-freed'
  | 'dma-pool-allocated'
  | 'journal-freed'
  | 'SPINLOCK_MAGIC'
  | 'STACK_END_MAGIC';

export type MarkerKind = 'list-poison' | 'slab-poison' | 'page-poison' | 'red-zone' | 'magic-value';

interface Row extends VersionRange {
  readonly marker: Marker;
  readonly kind: MarkerKind;
  readonly low: number;
  /** Included. A freed object is read at a member: what lies a little above the pattern still is it. */
  readonly high: number;
}

const KERNEL_26 = version(2, 6);
const NEW_LISTS = version(4, 3);

function row(marker: Marker, kind: MarkerKind, value: number, from?: number, to?: number, members = 0): Row {
  return { marker, kind, low: value, high: value + members, ...(from && { from }), ...(to && { to }) };
}

/** Members of an object that is read through a pattern. */
const MEMBERS = 0x1000;

const ROWS: readonly Row[] = [
  row('LIST_POISON1', 'list-poison', 0x0010_0100, KERNEL_26, NEW_LISTS),
  row('LIST_POISON2', 'list-poison', 0x0020_0200, KERNEL_26, NEW_LISTS),
  row('LIST_POISON1', 'list-poison', 0x100, NEW_LISTS),
  row('LIST_POISON2', 'list-poison', 0x200, NEW_LISTS, version(5, 3)),
  row('LIST_POISON2', 'list-poison', 0x122, version(5, 3)),
  row('TIMER_ENTRY_STATIC', 'list-poison', 0x7473_7461, version(2, 6, 26), version(4, 5)),
  row('TIMER_ENTRY_STATIC', 'list-poison', 0x300, version(4, 5)),
  row('slab-freed-or-new', 'slab-poison', 0x5a5a_5a5a, undefined, KERNEL_26, MEMBERS),
  row('slab-freed', 'slab-poison', 0x6b6b_6b6b, KERNEL_26, undefined, MEMBERS),
  row('slab-not-written', 'slab-poison', 0x5a5a_5a5a, KERNEL_26, undefined, MEMBERS),
  row('slab-last-word', 'slab-poison', 0xa56b_6b6b, KERNEL_26),
  row('red-zone-in-use', 'red-zone', 0x5a2c_f071, undefined, KERNEL_26),
  row('red-zone-free', 'red-zone', 0x170f_c2a5, undefined, KERNEL_26),
  row('red-zone-free', 'red-zone', 0x5a2c_f071, KERNEL_26, version(2, 6, 22)),
  row('red-zone-in-use', 'red-zone', 0x170f_c2a5, KERNEL_26, version(2, 6, 22)),
  row('red-zone-free', 'red-zone', 0x9d74_e35b, version(2, 6, 22)),
  row('red-zone-free', 'red-zone', 0x09f9_1102, version(2, 6, 22)),
  row('red-zone-in-use', 'red-zone', 0x6356_88c0, version(2, 6, 22)),
  row('red-zone-in-use', 'red-zone', 0xd841_56c5, version(2, 6, 22)),
  row('slub-red-zone-free', 'red-zone', 0xbbbb_bbbb, version(2, 6, 22)),
  row('slub-red-zone-in-use', 'red-zone', 0xcccc_cccc, version(2, 6, 22)),
  row('page-freed', 'page-poison', 0xaaaa_aaaa, version(2, 6, 30)),
  row('dma-pool-freed', 'slab-poison', 0xa7a7_a7a7, KERNEL_26),
  row('dma-pool-allocated', 'slab-poison', 0xa9a9_a9a9, KERNEL_26),
  row('journal-freed', 'slab-poison', 0x5b5b_5b5b, KERNEL_26, undefined, MEMBERS),
  row('SPINLOCK_MAGIC', 'magic-value', 0xdead_4ead, KERNEL_26),
  row('STACK_END_MAGIC', 'magic-value', 0x57ac_6e9d, version(2, 6, 27)),
];

export interface FoundMarker {
  readonly marker: Marker;
  readonly kind: MarkerKind;
  /** False where the log does not tell whether its kernel writes the value. */
  readonly certainKernel: boolean;
}

/** What the value stands for in the kernels of the report; undefined for any other. */
export function markerOf(value: U32, kernels: PossibleKernels): FoundMarker | undefined {
  const possible: Row[] = [];
  for (const row of ROWS) {
    if (value < row.low || value > row.high) continue;
    const { marker, kind } = row;
    const fits = within(kernels, row);
    if (fits === true) return { marker, kind, certainKernel: true };
    if (fits === 'possible') possible.push(row);
  }
  const [first] = possible;
  if (first === undefined) return undefined;
  const { marker, kind } = first;
  return { marker, kind, certainKernel: possible.every((row) => row.kind === kind) && areCovered(kernels, possible) };
}

/** True where each of the kernels lies in one of the rows: which of them wrote the value is open, and what for is not. */
function areCovered({ from, to }: PossibleKernels, rows: readonly Row[]): boolean {
  let reached = from;
  for (const row of [...rows].sort((a, b) => (a.from ?? 0) - (b.from ?? 0)))
    if ((row.from ?? 0) <= reached) reached = Math.max(reached, row.to ?? Number.POSITIVE_INFINITY);
  return reached >= to;
}

/** Four equal bytes, or deadbeef: nobody's address. Zeros and ones have meanings of their own. */
export function isFillPattern(value: U32): boolean {
  const byte = value & 0xff;
  return value === 0xdead_beef || (byte !== 0 && byte !== 0xff && value === byte * 0x0101_0101);
}

/** All four bytes printable and not three of them the same, as letters are that overwrote a pointer. */
export function isText(value: U32): boolean {
  const bytes = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  const isPrintable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isPrintable && bytes.every((byte) => bytes.filter((other) => other === byte).length <= 2);
}
