// A file that a user gave for a crash, with what it says of itself.

import { Dwarf } from '../binary/dwarf/position.ts';
import type { ElfFile } from '../binary/elf/elf.ts';
import { buildIdOf, kernelRelease, moduleName, moduleRelease } from '../binary/elf/identity.ts';

export interface BinaryFile {
  /** As the user named it. */
  readonly path: string;
  /** What a kernel may print for it. */
  readonly names: readonly string[];
  readonly file: ElfFile;
  readonly dwarf: Dwarf;
  readonly buildId?: string;
  /** Of a module or a vmlinux: the kernel that it belongs to. */
  readonly release?: string;
  /** Of a module that names itself. */
  readonly module?: string;
}

export function binaryFile(path: string, names: readonly string[], file: ElfFile): BinaryFile {
  const buildId = buildIdOf(file);
  const release = moduleRelease(file) ?? kernelRelease(file);
  const module = moduleName(file);
  return {
    path,
    names,
    file,
    dwarf: new Dwarf(file),
    ...(buildId !== undefined && { buildId }),
    ...(release !== undefined && { release }),
    ...(module !== undefined && { module }),
  };
}
