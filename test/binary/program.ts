// A program with inlined functions, compiled for i386 by whatever compiler is here, and its answers from elfutils.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { bytesSource } from '../../src/binary/bytes/byte-source.ts';
import type { ElfHelp } from '../../src/binary/elf/elf.ts';
import { openElf } from '../../src/binary/elf/elf-file.ts';

const SOURCE = `struct ring { unsigned read, write; char *buffer; };
static inline __attribute__((always_inline)) char *slot(struct ring *r, unsigned at)
{
	return r->buffer + (at & 15);
}
static inline __attribute__((always_inline)) void put(struct ring *r, char c)
{
	*slot(r, r->write) = c;
	r->write++;
}
int sum(const int *values, int count)
{
	int total = 0;
	for (int i = 0; i < count; i++)
		total += values[i] * 3;
	return total;
}
void push(struct ring *r, const char *text)
{
	while (*text)
		put(r, *text++);
	if (r->write > 100)
		__builtin_trap();
}
`;

/** The bytes of the object file, or undefined where this compiler cannot make one. */
export function compile(
  compiler: string,
  options: readonly string[],
  source = SOURCE,
): { bytes: Uint8Array; ask: Ask } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'replay-binary-'));
  try {
    const path = join(directory, 'ring.c');
    const object = join(directory, 'ring.o');
    writeFileSync(path, source);
    const all = ['-m32', '-c', '-O2', '-ffreestanding', '-fno-pic', ...options, '-o', object, path];
    const made = spawnSync(compiler, all, { cwd: directory });
    if (made.status !== 0) return undefined;
    const bytes = readFileSync(object);
    return { bytes, ask: (offsets) => elfutils(bytes, offsets) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type Ask = (offsets: readonly number[]) => readonly string[] | undefined;

function elfutils(bytes: Uint8Array, offsets: readonly number[]): readonly string[] | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'replay-binary-'));
  try {
    const object = join(directory, 'ring.o');
    writeFileSync(object, bytes);
    const given = offsets.map((offset) => `0x${offset.toString(16)}`);
    const run = spawnSync('eu-addr2line', ['-a', '-i', '-s', '-e', object, '-j', '.text', ...given], {
      encoding: 'utf8',
    });
    if (run.error !== undefined) return undefined;
    const answers: string[][] = [];
    for (const line of run.stdout.split('\n')) {
      if (/^0x[0-9a-f]+$/.test(line)) answers.push([]);
      else if (line !== '') answers.at(-1)?.push(line.replace(/ \(.*/, '').split(':').slice(0, 2).join(':'));
    }
    return answers.map((frames) => frames.join(' < '));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export const help: ElfHelp = {
  inflate(bytes, size) {
    try {
      return inflateSync(bytes, { maxOutputLength: Math.max(size, 1) });
    } catch {
      return undefined;
    }
  },
};

export const open = (bytes: Uint8Array) => openElf(bytesSource(bytes), help);
