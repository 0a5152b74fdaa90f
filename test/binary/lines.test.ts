// File and line of every address of a small program, in every inlined frame, as elfutils gives them.

import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { Dwarf } from '../../src/binary/dwarf/position.ts';
import { compile, open } from './program.ts';

const BUILDS: readonly [string, readonly string[]][] = [
  ['gcc', ['-gdwarf-2', '-gstrict-dwarf']],
  ['gcc', ['-gdwarf-3', '-gstrict-dwarf']],
  ['gcc', ['-gdwarf-4']],
  ['gcc', ['-gdwarf-5']],
  ['gcc', ['-gdwarf-5', '-gz=zlib']],
  ['gcc', ['-gdwarf-4', '-fno-omit-frame-pointer', '-ffunction-sections']],
  ['clang', ['-gdwarf-4', '-gdwarf-aranges']],
  ['clang', ['-gdwarf-5', '-gdwarf-aranges']],
  ['clang', ['-gdwarf-5']],
];

test.each(BUILDS)('%s %j: as elfutils', (compiler, options) => {
  const made = compile(compiler, options);
  const { file } = made ? open(made.bytes) : {};
  const section = file?.section('.text.push') ?? file?.section('.text');
  if (made === undefined || file === undefined || section === undefined) {
    console.info(`${compiler} ${options.join(' ')}: cannot be compiled here`);
    return;
  }
  const dwarf = new Dwarf(file);
  const frames = Array.from({ length: section.size }, (_, offset) => dwarf.framesAt(file.addressOf(section, offset)));
  expect(file.diagnostics).toEqual([]);
  const names = new Set(frames.flatMap((one) => one.map((frame) => frame.function)));
  expect([...names]).toEqual(expect.arrayContaining(['push', 'put', 'slot']));
  // Without .debug_aranges, which clang does not write by itself, elfutils knows no line at all.
  const comparable = section.name === '.text' && file.section('.debug_aranges') !== undefined;
  const theirs = comparable ? made.ask(frames.map((_, offset) => offset)) : undefined;
  if (theirs === undefined) return;
  const own = frames.map((one) => one.map(({ file: path, line }) => `${basename(path ?? '??')}:${line}`).join(' < '));
  // elfutils shows `??:0` where a row has no line or no function begins; what both name has to agree.
  const unequal = own.filter((text, offset) => theirs[offset] !== '??:0' && text !== theirs[offset]);
  // clang 14 gives the padding before an inlined loop a line of the outer function: elfutils stops there after the first
  // frame, binutils and LLVM show the callers as well, and so do we.
  const differ = unequal.filter((text) => compiler !== 'clang' || !theirs.includes(text.split(' < ')[0] ?? ''));
  expect(unequal.length).toBeLessThan(own.length / 10);
  expect(theirs.filter((text) => text.includes(' < ')).length).toBeGreaterThan(5);
  expect(differ).toEqual([]);
});
