// Values that kernels write on purpose, by the kernel's own names or by what they mean.

import type { Marker } from '../../machine/markers.ts';

export const MARKERS: Readonly<Record<Marker, string>> = {
  LIST_POISON1: 'LIST_POISON1',
  LIST_POISON2: 'LIST_POISON2',
  TIMER_ENTRY_STATIC: 'TIMER_ENTRY_STATIC',
  'slab-freed': 'the slab poison 6b of a freed object',
  'slab-not-written': 'the slab poison 5a of an object that was never written',
  'slab-last-word': 'the last word of a freed object',
  'slab-freed-or-new': 'the slab poison 5a of a freed or new object',
  'red-zone-free': 'the red zone of a free object',
  'red-zone-in-use': 'the red zone of an object in use',
  'slub-red-zone-free': 'the red zone bb of a free object',
  'slub-red-zone-in-use': 'the red zone cc of an object in use, or freed init memory',
  'init-memory-freed': 'freed init memory cc',
  'page-freed': 'the page poison aa',
  'dma-pool-freed': 'the poison a7 of a freed DMA pool block',
  'dma-pool-allocated': 'the poison a9 of a new DMA pool block',
  'journal-freed': 'the poison 5b of a freed journal head',
  SPINLOCK_MAGIC: 'SPINLOCK_MAGIC',
  STACK_END_MAGIC: 'STACK_END_MAGIC',
};
