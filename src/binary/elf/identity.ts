// Which build a file is of: its build-id (a note), and the release that a module was made for (`vermagic` in .modinfo).

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from './elf.ts';

const BUILD_ID = 3;

/** In hexadecimal digits. */
export function buildIdOf(file: ElfFile): string | undefined {
  const note = file.section('.note.gnu.build-id');
  if (note === undefined) return undefined;
  const cursor = new Cursor(file.rawPart(note, 0, 4096));
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
  const section = file.section('.modinfo');
  if (section === undefined) return undefined;
  const cursor = new Cursor(file.rawPart(section, 0, 0x1_0000));
  while (cursor.more) {
    const [key, value] = cursor.string().split('=', 2);
    if (key === 'vermagic') return value?.split(' ')[0];
  }
  return undefined;
}
