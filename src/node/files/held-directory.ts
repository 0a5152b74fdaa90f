// A directory that is held open while something is done in it, so that names which lead to it may change meanwhile without effect.

import { closeSync, openSync, readlinkSync, realpathSync } from 'node:fs';

/** Linux: a descriptor that only names a place. Node has no constant for it (open(2), O_PATH). */
const O_PATH = 0o10000000;

/**
 * `use` receives a path for names in the directory and the real path of the directory. Under Linux the first goes through a descriptor
 * (proc(5), /proc/self/fd), as Node has no openat(2); elsewhere, or without /proc, both are the real path at this moment.
 */
export function inDirectory<T>(path: string, use: (base: string, real: string) => T): T {
  if (process.platform !== 'linux') return withoutDescriptor(path, use);
  const descriptor = openSync(path, O_PATH);
  try {
    const base = `/proc/self/fd/${descriptor}`;
    const real = linkTarget(base);
    return real === undefined ? withoutDescriptor(path, use) : use(base, real);
  } finally {
    closeSync(descriptor);
  }
}

function withoutDescriptor<T>(path: string, use: (base: string, real: string) => T): T {
  const real = realpathSync(path);
  return use(real, real);
}

function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
