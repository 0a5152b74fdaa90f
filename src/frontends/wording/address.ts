// What an address or a value is, in words.

import { errnoName } from '../../machine/errno.ts';
import { markerOf } from '../../machine/markers.ts';
import { PAGE_SIZE, type U32 } from '../../machine/u32.ts';
import { type AddressLayout, errnoOf, type Zone, zoneOf } from '../../machine/zones.ts';
import { MARKERS } from './marker.ts';

const ZONES: Readonly<Record<Exclude<Zone, 'error-pointer'>, string>> = {
  'null-page': 'first page (NULL plus a small offset)',
  user: 'user-space address',
  lowmem: 'lowmem (kernel direct map)',
  kernel: 'kernel address (lowmem or vmalloc)',
  vmalloc: 'vmalloc or module area',
  fixmap: 'fixmap area',
};

/** A phrase for a zone; for a small negative number with its errno. With little RAM, modules and vmalloc lie lower than 896 MiB. */
export function zoneText(address: U32, layout: AddressLayout): string {
  const zone = zoneOf(address, layout);
  if (zone !== 'error-pointer') return ZONES[zone];
  // A program has no such convention, and -1 is more often a sentinel.
  const errno = errnoOf(address);
  const name = layout.kernels && errno > 1 ? errnoName(errno) : undefined;
  return name === undefined ? `-${errno}` : `-${errno}, as error code ${name}`;
}

/** A value that kernels write on purpose by its name, any other by where it lies. */
export function valueMeaning(value: U32, layout: AddressLayout): string {
  const found = layout.kernels && markerOf(value, layout.kernels);
  return found?.certainKernel && value >= PAGE_SIZE ? MARKERS[found.marker] : zoneText(value, layout);
}
