// A 32-bit C library as objdump sees it: the truth for listings and for instruction boundaries, where both are installed.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Syntax } from '../../src/decoder/decoder.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { bytesOf } from './decode.ts';

export interface ObjdumpLine {
  readonly address: U32;
  readonly bytes: Uint8Array;
  /** Without the symbols that objdump adds. */
  readonly text: string;
}

const LIBRARIES = ['/lib32/libc.so.6', '/usr/lib32/libc.so.6', '/lib/i386-linux-gnu/libc.so.6'];

export function findLibrary(): string | undefined {
  return LIBRARIES.find((path) => existsSync(path));
}

/** Why the comparison cannot be made here; undefined where it can. */
export function missingTool(): string | undefined {
  if (findLibrary() === undefined) return 'no 32-bit C library (Debian: libc6-i386)';
  try {
    execFileSync('objdump', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no objdump (Debian: binutils)';
  }
}

export function disassembleLibrary(library: string, syntax: Syntax): readonly ObjdumpLine[] {
  const output = execFileSync('objdump', ['-d', '-w', '--insn-width=15', '-M', syntax, library], {
    encoding: 'latin1',
    maxBuffer: 1 << 30,
  });
  return output.split('\n').flatMap((line) => {
    const match = /^ *([0-9a-f]+):\t([0-9a-f ]+?) *\t(.*)$/.exec(line);
    if (match === null) return [];
    const [, address = '', bytes = '', text = ''] = match;
    return [
      {
        address: Number.parseInt(address, 16) as U32,
        bytes: bytesOf(bytes),
        text: text
          .replace(/ *<.*>/, '')
          .replace(/ +#.*/, '')
          .trimEnd(),
      },
    ];
  });
}

/** Uniform numbers from 0 to below 1 that are the same in every run. */
export function repeatableRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
