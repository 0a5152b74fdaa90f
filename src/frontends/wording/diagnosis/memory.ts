// Sentences about pages, stacks and who damaged what.

import { hex32 } from '../../../machine/u32.ts';
import { listText } from '../list.ts';
import { DOES, hex, type Sentences, subject } from './parts.ts';

type MemoryKind =
  | 'page-overrun'
  | 'area-not-mapped'
  | 'page-unmapped-on-purpose'
  | 'late-vmalloc-sync'
  | 'walk-useless'
  | 'beyond-ram'
  | 'page-table-damaged'
  | 'write-to-read-only'
  | 'kernel-half-address'
  | 'user-page-touched'
  | 'damaged-free-list'
  | 'lock-not-initialised'
  | 'callee-lost-registers'
  | 'stack-overrun'
  | 'stack-pointer-wild'
  | 'user-stack-overflow';

const OVERRUNS = {
  crossing: 'the access begins in the page before',
  string: 'elements before this one were done',
  loop: 'a loop moves the pointer on',
} as const;

export const MEMORY: Sentences<MemoryKind> = {
  'page-overrun': ({ how }, view) => `${subject(view)} runs over the end of what is mapped: ${OVERRUNS[how]}`,
  'area-not-mapped': ({ register }, view) =>
    `${subject(view)} was given an area that is not mapped at all: it faulted on the first element, at %${register}`,
  'page-unmapped-on-purpose': (_found, view) =>
    `${subject(view)} touched a page that was free: the kernel unmaps free pages to catch this (DEBUG_PAGEALLOC)`,
  'late-vmalloc-sync': () =>
    'the page was mapped, and the page table in use had no entry for it yet: the entry that the kernel printed is present',
  'walk-useless': () =>
    'the printed page-table entries say nothing: the directory above them is not present, so they were read at address 0',
  'beyond-ram': ({ address, seen }) =>
    `${hex32(address)} is beyond the end of RAM: no page table is there, and the highest address of lowmem in the log is ${hex32(seen)}`,
  'page-table-damaged': ({ bits }) =>
    bits.length > 0
      ? `the page table is damaged: its entry has bit${bits.length > 1 ? 's' : ''} ${listText(bits.map(String))} set, and a reserved one is among them`
      : 'the page table is damaged: a reserved bit of an entry is set',
  'write-to-read-only': (_found, view) => `${subject(view)} writes to memory that is mapped read-only`,
  'kernel-half-address': (_found, view) =>
    `${subject(view)} uses an address of the kernel's half, which no pointer of a program holds`,
  'user-page-touched': ({ access }, view) =>
    `${subject(view)} ${DOES[access]} memory of the user without the functions that may (SMAP)`,
  'damaged-free-list': (_found, view) =>
    `the free list that ${subject(view)} walks was damaged before, by other code: ${subject(view)} is the victim`,
  'lock-not-initialised': (_found, view) =>
    `${subject(view)} stores through the list of a lock or queue that was never initialised`,
  'callee-lost-registers': () =>
    'a function that was called before did not give the registers back: the stack that they were saved on was overwritten',
  'stack-overrun': ({ esp, stackStart }) =>
    esp < stackStart
      ? `the kernel stack overflowed: %esp is ${hex(stackStart - esp)} bytes below its start`
      : `the kernel stack is nearly full: ${hex(esp - stackStart)} bytes are left`,
  'stack-pointer-wild': ({ esp }) => `the stack pointer is no address of the kernel: %esp is ${hex32(esp)}`,
  'user-stack-overflow': ({ below }, view) =>
    `the stack of ${subject(view)} overflowed: ${
      below === undefined
        ? 'nothing is mapped where %esp points, in its newest frame'
        : `it pushes ${hex(below)} bytes below %esp, at the end of the stack's pages`
    }`,
};
