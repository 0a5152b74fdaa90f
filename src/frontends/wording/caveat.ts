// What cannot be vouched for on every processor, in words.

import type { Caveat } from '../../cpu/cpu.ts';

export const CAVEATS: Readonly<Record<Caveat, string>> = {
  'fault-address-of-large-operands':
    'which byte of a large operand CR2 names differs from processor to processor; this is how recent ones by AMD and Intel do it',
  'order-of-accesses':
    'which of two bad pages faults first, and what is done before, differs from processor to processor; this is how recent ones by AMD and Intel do it',
};
