// Damaged files: bits that flipped, and files that were cut off. Whatever they hold, the reader gives what is left.
// REPLAY_DAMAGED_FILES=20000 makes more of them.

import { expect, test } from 'vitest';
import { Dwarf } from '../../src/binary/dwarf/position.ts';
import { buildIdOf, kernelRelease, moduleName, moduleRelease } from '../../src/binary/elf/identity.ts';
import { functionCode } from '../../src/binary-match/function-code.ts';
import { compile, open } from './program.ts';

const FILES = Number(process.env.REPLAY_DAMAGED_FILES ?? 3000);
const WHOLE: readonly [string, readonly string[]][] = [
  ['gcc', ['-gdwarf-5']],
  ['gcc', ['-gdwarf-2']],
  ['gcc', ['-gdwarf-5', '-gz=zlib']],
  ['clang', ['-gdwarf-5']],
];

/** What a user of the reader does with a file; the number of frames that it found. */
function readAll(bytes: Uint8Array): number {
  const { file } = open(bytes);
  if (file === undefined) return 0;
  buildIdOf(file);
  moduleRelease(file);
  moduleName(file);
  kernelRelease(file);
  file.segments();
  const dwarf = new Dwarf(file);
  const text = file.section('.text');
  let found = 0;
  for (let offset = 0; offset < 64; offset += 16) found += dwarf.framesAt((text?.address ?? 0) + offset).length;
  for (const { section, address } of file.symbols().slice(0, 16)) {
    const own = file.sections[section];
    if (own !== undefined) functionCode(file, own, address - own.address, address - own.address + 64);
  }
  return found;
}

test(`${FILES} damaged files throw nothing`, { timeout: 600_000 }, () => {
  const whole = WHOLE.flatMap(([compiler, options]) => compile(compiler, options)?.bytes ?? []);
  if (whole.length === 0) return console.info('no compiler for i386 here');
  for (const bytes of whole) expect(readAll(bytes)).toBeGreaterThan(0);
  let seed = Number(process.env.REPLAY_PROPERTY_SEED ?? 1);
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let damaged = 0;
  for (let index = 0; index < FILES; index += 1) {
    const original = whole[index % whole.length] ?? new Uint8Array();
    const bytes =
      index % 5 === 0 ? new Uint8Array(original.subarray(0, random(original.length))) : new Uint8Array(original);
    for (let flips = 1 + random(12); flips > 0 && bytes.length > 0; flips -= 1) {
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    }
    const started = performance.now();
    expect(() => readAll(bytes), `seed ${process.env.REPLAY_PROPERTY_SEED ?? 1}, file ${index}`).not.toThrow();
    // A file of 10 kB is read in milliseconds; a loop that the file controls would take minutes.
    expect(performance.now() - started, `time of file ${index}`).toBeLessThan(20_000);
    damaged += 1;
  }
  expect(damaged).toBe(FILES);
});
