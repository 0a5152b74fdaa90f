// What an address or a value is, in words.

import type { U32 } from '../../machine/u32.ts';
import { type AddressLayout, errnoOf, type Poison, poisonOf, type Zone, zoneOf } from '../../machine/zones.ts';

const ZONES: Readonly<Record<Exclude<Zone, 'error-pointer'>, string>> = {
  'null-page': 'first page (NULL plus a small offset)',
  user: 'user-space address',
  lowmem: 'lowmem (kernel direct map)',
  kernel: 'kernel address (lowmem or vmalloc)',
  vmalloc: 'vmalloc or module area',
  fixmap: 'fixmap area',
};

/** A phrase for a zone; for an error pointer with its errno. With little RAM, modules and vmalloc lie lower than 896 MiB. */
export function zoneText(address: U32, layout: AddressLayout): string {
  const zone = zoneOf(address, layout);
  return zone === 'error-pointer' ? `error pointer −${errnoOf(address)}` : ZONES[zone];
}

/** The kernel's own names. */
export const POISONS: Readonly<Record<Poison, string>> = {
  'slab-freed': 'slab poison 6b (freed object)',
  'slab-uninitialised': 'slab poison 5a (uninitialised object)',
  'list-poison-1': 'LIST_POISON1 (deleted list entry)',
  'list-poison-2': 'LIST_POISON2 (deleted list entry)',
  'page-freed': 'page poison aa',
  'init-memory-freed': 'freed init memory cc',
  'spinlock-magic': 'SPINLOCK_MAGIC',
  'dead-beef': 'deadbeef',
  'stack-end-magic': 'STACK_END_MAGIC',
};

/** A tell-tale value by its name, any other by where it lies. */
export function valueMeaning(value: U32, layout: AddressLayout): string {
  const poison = poisonOf(value);
  return poison === undefined ? zoneText(value, layout) : POISONS[poison];
}
