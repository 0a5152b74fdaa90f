// Releases of Linux in order, and what a report tells of its own.

import type { Snapshot } from '../snapshot/snapshot.ts';

/** Major, minor and patch number as one that can be compared; the patch number counts up to 2.6.39 only, where it meant a release. */
export type KernelVersion = number;

export function version(major: number, minor: number, patch = 0): KernelVersion {
  return (major << 16) | (minor << 8) | patch;
}

/** A half-open range: `from` belongs to it, `to` does not. */
export interface VersionRange {
  readonly from?: KernelVersion;
  readonly to?: KernelVersion;
}

/** Which kernels the report may come from: one release where the log names it, else what the form of the report allows. */
export function versionOf({ kernel, trap, segments }: Snapshot): Required<VersionRange> {
  const named = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(kernel.release?.value ?? '');
  if (named !== null) {
    const [major = 0, minor = 0, patch = 0] = named.slice(1).map((digits) => Number(digits ?? 0));
    const release = version(major, minor, major < 3 ? Math.min(patch, 255) : 0);
    return { from: release, to: release + 1 };
  }
  // The GDT got its present order in 2.5; reports are numbered from 2.6 on.
  if (segments.cs?.value === 0x10) return { from: 0, to: version(2, 5) };
  return { from: trap.ordinal ? version(2, 6) : version(2, 5), to: version(255, 0) };
}

/** True if the range of a report lies in another one as a whole; `possible` if a part of it does. */
export function within(
  kernels: Required<VersionRange>,
  { from = 0, to = version(255, 0) }: VersionRange,
): boolean | 'possible' {
  if (kernels.from >= from && kernels.to <= to) return true;
  return kernels.from < to && kernels.to > from && 'possible';
}
