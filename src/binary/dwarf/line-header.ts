// The header of a line number program (DWARF 5, section 6.2.4; DWARF 2 to 4 in their form): its files and its opcodes.

import { Cursor } from '../bytes/cursor.ts';
import type { ElfFile } from '../elf/elf.ts';
import { type FormContext, readForm } from './forms.ts';
import { stringAt } from './unit.ts';

const MOST_FILES = 100_000;

export interface LineHeader {
  readonly minimumLength: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: Uint8Array;
  /** The path of a file by the number that the program uses. */
  readonly files: readonly (string | undefined)[];
  readonly program: Cursor;
}

export function readLineHeader(file: ElfFile, offset: number, directory: string): LineHeader | undefined {
  const section = file.section('.debug_line');
  const start = new Cursor(file.part(section, offset, 12));
  let length = start.u32();
  const offsetSize = length === 0xffff_ffff ? 8 : 4;
  if (offsetSize === 8) length = start.u64();
  const cursor = new Cursor(file.part(section, offset + start.position, length));
  const version = cursor.u16();
  if (version < 2 || version > 5) return undefined;
  if (version >= 5) cursor.skip(2);
  const headerLength = offsetSize === 8 ? cursor.u64() : cursor.u32();
  const programStart = cursor.position + headerLength;
  const minimumLength = cursor.u8();
  if (version >= 4) cursor.skip(1);
  const defaultIsStatement = cursor.u8() !== 0;
  const lineBase = cursor.s8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operandCounts = cursor.bytes(Math.max(opcodeBase - 1, 0));
  const context = { version, offset: 0, offsetSize, addressSize: 4 };
  const files = version >= 5 ? readFiles5(file, cursor, context) : readFiles(cursor, directory);
  if (cursor.ended || lineRange === 0 || programStart > cursor.length) return undefined;
  cursor.position = programStart;
  return { minimumLength, defaultIsStatement, lineBase, lineRange, opcodeBase, operandCounts, files, program: cursor };
}

function readFiles(cursor: Cursor, directory: string): (string | undefined)[] {
  const directories = [directory];
  while (cursor.more && directories.length < MOST_FILES) {
    const text = cursor.string();
    if (text === '') break;
    directories.push(joinPath(directory, text));
  }
  const files: (string | undefined)[] = [undefined];
  while (cursor.more && files.length < MOST_FILES) {
    const name = cursor.string();
    if (name === '') break;
    files.push(joinPath(directories[cursor.uleb()] ?? '', name));
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}

function readFiles5(file: ElfFile, cursor: Cursor, context: FormContext): (string | undefined)[] {
  const directories = readTable(file, cursor, context).map(({ path }) => path);
  const first = directories[0] ?? '';
  const full = directories.map((path) => joinPath(first, path));
  return readTable(file, cursor, context).map(({ path, directory }) => joinPath(full[directory] ?? '', path));
}

interface PathEntry {
  readonly path: string;
  readonly directory: number;
}

function readTable(file: ElfFile, cursor: Cursor, context: FormContext): PathEntry[] {
  const formats = Array.from({ length: cursor.u8() }, () => ({ content: cursor.uleb(), form: cursor.uleb() }));
  const count = cursor.uleb();
  const entries: PathEntry[] = [];
  for (let index = 0; index < count && index < MOST_FILES && !cursor.ended && formats.length > 0; index += 1) {
    let path = '';
    let directory = 0;
    for (const { content, form } of formats) {
      const value = readForm(cursor, form, 0, context);
      if (value === undefined) return entries;
      if (content === 1 && value.kind === 'string') path = value.text;
      if (content === 1 && value.kind === 'string-offset') path = stringAt(file, value.section, value.value) ?? '';
      if (content === 2 && value.kind === 'constant') directory = value.value;
    }
    entries.push({ path, directory });
  }
  return entries;
}

export function joinPath(directory: string, path: string): string {
  return path.startsWith('/') || directory === '' ? path : `${directory}/${path}`;
}
