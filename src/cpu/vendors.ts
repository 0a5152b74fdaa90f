// Says which maker's processor a machine may have. Each way in which they differ is a row of differences.ts; only what all of them do is claimed.

import type { MachineState, ProcessorModel } from './cpu.ts';

/** `amd` and `intel` as the processors of the differential test are: EPYC, and a Xeon of the Ice Lake generation. */
export type Vendor = 'amd' | 'intel';

const VENDORS: Readonly<Record<ProcessorModel, readonly Vendor[]>> = {
  hardware: ['amd', 'intel'],
  amd: ['amd'],
  intel: ['intel'],
  'amd-kvm': ['amd'],
  'qemu-tcg': ['amd'],
};

export function vendorsOf({ processor = 'hardware' }: MachineState): readonly Vendor[] {
  return VENDORS[processor];
}
