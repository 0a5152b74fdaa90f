// Makes a product only if it has to be made: a stamp holds what its inputs and its outputs were when it was made last.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file, or those of a folder and of all folders in it that have such names. Paths are relative to the current folder. */
export interface Files {
  readonly path: string;
  readonly names?: RegExp;
}

export interface Product {
  readonly name: string;
  /** Whatever `make` reads. */
  readonly inputs: readonly Files[];
  /** Whatever `make` writes. */
  readonly outputs: readonly Files[];
  make(): Promise<void> | void;
}

/**
 * Makes `product` unless a stamp in `stamps` says that it was made of the same inputs, by the same version of Node, and that its outputs are
 * as they were then. Gives whether it was made. An input that changes while it is being made counts as changed the next time.
 */
export async function bringUpToDate(product: Product, stamps: string): Promise<boolean> {
  const { name, outputs } = product;
  const stamp = join(stamps, `${name}.stamp`);
  const inputs = fingerprint(product.inputs, process.version);
  if (contentOf(stamp)?.toString() === fingerprint(outputs, inputs)) return false;
  rmSync(stamp, { force: true });
  await product.make();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, fingerprint(outputs, inputs));
  return true;
}

/** Removes the files under `folder` that no product makes: an older build may have left them, and a package would carry them. */
export function removeLeftovers(folder: string, products: readonly Product[]): void {
  const made = new Set(products.flatMap(({ outputs }) => outputs.flatMap(pathsOf)));
  for (const path of pathsOf({ path: folder })) if (!made.has(path)) rmSync(path, { force: true });
}

/** A hash of the names and contents of files, and of `start`. A file that is absent counts as such. */
function fingerprint(files: readonly Files[], start: string): string {
  const hash = createHash('sha256').update(start);
  for (const path of files.flatMap(pathsOf)) {
    const content = contentOf(path);
    hash.update(`\n${path} ${content?.length}\n`).update(content ?? '');
  }
  return hash.digest('hex');
}

function pathsOf({ path, names = /^/ }: Files): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
