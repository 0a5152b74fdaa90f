// Which build a file is of: its build-id (a note), and the release that a module was made for (`vermagic` in .modinfo).

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from './elf.ts';

const BUILD_ID = 3;
const NOTE = 7;

/** In hexadecimal digits. */
export function buildIdOf(file: ElfFile): string | undefined {
  for (const note of file.sections) {
    if (note.type !== NOTE) continue;
    const found = buildIdIn(file.rawPart(note, 0, 4096));
    if (found !== undefined) return found;
  }
  return undefined;
}

function buildIdIn(bytes: Uint8Array): string | undefined {
  const cursor = new Cursor(bytes);
  while (cursor.more) {
    const nameSize = cursor.u32();
    const size = cursor.u32();
    const type = cursor.u32();
    const name = cursor.bytes((nameSize + 3) & ~3);
    const content = cursor.bytes((size + 3) & ~3).subarray(0, size);
    if (!cursor.ended && type === BUILD_ID && name[0] === 0x47)
      return Array.from(content, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return undefined;
}

/** `6.1.0-50-686` of a module; undefined where the file has no .modinfo. */
export function moduleRelease(file: ElfFile): string | undefined {
  return moduleInfo(file, 'vermagic')?.split(' ')[0];
}

/** As an oops prints it; undefined for a file that is no module, and for modules of kernels before 4.15, which do not name themselves. */
export function moduleName(file: ElfFile): string | undefined {
  return moduleInfo(file, 'name');
}

function moduleInfo(file: ElfFile, wanted: string): string | undefined {
  const section = file.section('.modinfo');
  if (section === undefined) return undefined;
  const cursor = new Cursor(file.rawPart(section, 0, 0x1_0000));
  while (cursor.more) {
    const [key, value] = cursor.string().split('=', 2);
    if (key === wanted) return value;
  }
  return undefined;
}

/** The release in the banner of a vmlinux (init/version.c); undefined for every other file. */
export function kernelRelease(file: ElfFile): string | undefined {
  const banner = file.symbols().find(({ name }) => name === 'linux_banner');
  const place = banner && file.placeOf(banner.address);
  if (place === undefined) return undefined;
  const text = new Cursor(file.part(place.section, place.offset, 256)).string();
  return /^Linux version (\S+)/.exec(text)?.[1];
}
