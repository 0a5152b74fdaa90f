// Which kernels a report may come from.

import { kernelsBetween, type PossibleKernels, version } from '../machine/kernel-version.ts';
import type { Snapshot } from './snapshot.ts';

/** One release where the log names it, else what the form of the report allows. */
export function kernelsOf({ kernel, trap, segments }: Pick<Snapshot, 'kernel' | 'trap' | 'segments'>): PossibleKernels {
  const named = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(kernel.release?.value ?? '');
  if (named !== null) {
    const [major = 0, minor = 0, patch = 0] = named.slice(1).map((digits) => Number(digits ?? 0));
    const release = version(major, minor, major < 3 ? Math.min(patch, 255) : 0);
    return kernelsBetween(release, release + 1);
  }
  // The GDT got its present order in 2.5; reports are numbered from 2.6 on.
  if (segments.cs?.value === 0x10) return kernelsBetween(0, version(2, 5));
  return kernelsBetween(version(2, trap.ordinal ? 6 : 5));
}
