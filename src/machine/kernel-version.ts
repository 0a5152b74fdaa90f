// Releases of Linux in order.

/** Major, minor and patch number as one that can be compared. From 3.0 on the patch number tells nothing that is asked for here, and is 0. */
export type KernelVersion = number;

export function version(major: number, minor: number, patch = 0): KernelVersion {
  return (major << 16) | (minor << 8) | patch;
}

/** Above every release. */
const LATEST = version(255, 0);

/** A half-open range: `from` belongs to it, `to` does not. */
export interface VersionRange {
  readonly from?: KernelVersion;
  readonly to?: KernelVersion;
}

/** Which kernels a report may come from. */
export type PossibleKernels = Required<VersionRange>;

export function kernelsBetween(from: KernelVersion, to: KernelVersion = LATEST): PossibleKernels {
  return { from, to };
}

/** True if all of the kernels lie in the range; `possible` if some do. */
export function within(kernels: PossibleKernels, { from = 0, to = LATEST }: VersionRange): boolean | 'possible' {
  if (kernels.from >= from && kernels.to <= to) return true;
  return kernels.from < to && kernels.to > from && 'possible';
}
