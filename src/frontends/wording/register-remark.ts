// What the value of a register is, in words.

import type { RegisterRemark } from '../../explanation/register-remarks.ts';

const ZONES: Readonly<Record<Extract<RegisterRemark, { kind: 'zone' }>['zone'], string>> = {
  // A value of that size is as often a number.
  user: 'user space, if an address',
  lowmem: 'lowmem (kernel direct map)',
  kernel: 'kernel address (lowmem or vmalloc)',
  vmalloc: 'vmalloc or module area',
  fixmap: 'fixmap area',
};

/** A short phrase; empty where there is nothing to say. */
export function registerRemarkText(remark: RegisterRemark): string {
  switch (remark.kind) {
    case 'fault-address':
      return 'the fault address';
    case 'negative':
      return remark.name === undefined ? `-${remark.errno}` : `-${remark.errno} ${remark.name}`;
    case 'text':
      return `spells "${remark.spelled}"`;
    case 'equal-bytes':
      return `four bytes ${remark.byte.toString(16).padStart(2, '0')}`;
    case 'equals-register':
      return `= %${remark.other}`;
    case 'number':
      return remark.decimal < 10 ? '' : `${remark.decimal} in decimal`;
    case 'zone':
      return ZONES[remark.zone];
    case 'flags':
      return remark.set.join(' ');
  }
}
