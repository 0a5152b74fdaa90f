// Says in which part of a 32-bit Linux address space an address lies, by the layout that a log implies.
// Sources: arch/x86/include/asm/pgtable_32_areas.h, asm/page_32_types.h, include/linux/err.h.

import type { PossibleKernels } from './kernel-version.ts';
import { PAGE_SIZE, type U32 } from './u32.ts';

export type Zone = 'null-page' | 'user' | 'lowmem' | 'kernel' | 'vmalloc' | 'fixmap' | 'error-pointer';

/** Where the parts of the address space begin, as far as a log shows it. */
export interface AddressLayout {
  /** The user/kernel split: where the kernel's direct map begins. */
  readonly pageOffset: U32;
  /** Where the direct map ends at the latest: 896 MiB above the split, or below the lowest module that the log shows. */
  readonly lowmemEnd: U32;
  /** The highest address that the log shows to be lowmem; between here and `lowmemEnd` it depends on the size of the RAM. */
  readonly lowmemSeen: U32;
  /** The kernels that the log may come from; absent for a program, which has no values that kernels write on purpose. */
  readonly kernels?: PossibleKernels;
}

/** The splits that Kconfig offers, highest first (VMSPLIT_3G, 3G_OPT, 2G, 2G_OPT, 1G). */
const PAGE_OFFSETS = [0xc000_0000, 0xb000_0000, 0x8000_0000, 0x7800_0000, 0x4000_0000] as const;
const HIGHEST_LOWMEM_END = 0xf800_0000;
const FIXMAP_START = 0xff00_0000;
const MAX_ERRNO = 4095;

/** Takes the highest split below every kernel address of the log (return addresses, EIP). Modules bound the direct map from above; `lowmem` are addresses that always lie in it. */
export function layoutOf(seen: {
  readonly kernel: readonly U32[];
  readonly modules: readonly U32[];
  readonly lowmem: readonly U32[];
  readonly kernels?: PossibleKernels;
}): AddressLayout {
  const lowest = seen.kernel.reduce((low, address) => Math.min(low, address), 0xffff_ffff);
  const lowestModule = seen.modules.reduce((low, address) => Math.min(low, address), 0xffff_ffff);
  const lowmemEnd = Math.min(HIGHEST_LOWMEM_END, lowestModule) as U32;
  return {
    pageOffset: (PAGE_OFFSETS.find((offset) => offset <= lowest) ?? PAGE_OFFSETS[0]) as U32,
    lowmemEnd,
    // From 4.15 on a stack may lie in the CPU entry area, far above.
    lowmemSeen: seen.lowmem.reduce(
      (high, address) => (address < lowmemEnd && address > high ? address : high),
      0 as U32,
    ),
    ...(seen.kernels && { kernels: seen.kernels }),
  };
}

export function zoneOf(address: U32, layout: AddressLayout): Zone {
  if (address < PAGE_SIZE) return 'null-page';
  if (address < layout.pageOffset) return 'user';
  if (address > 0xffff_ffff - MAX_ERRNO) return 'error-pointer';
  if (address >= FIXMAP_START) return 'fixmap';
  if (address >= layout.lowmemEnd) return 'vmalloc';
  return address <= layout.lowmemSeen ? 'lowmem' : 'kernel';
}

/** Gives the errno of an error pointer, as a positive number. */
export function errnoOf(pointer: U32): number {
  return 0x1_0000_0000 - pointer;
}
