// Extra test: the listing and the alignment against objdump's disassembly of a whole 32-bit C library.

import { describe, expect, it } from 'vitest';
import { alignWindow } from '../../src/decoder/align-window.ts';
import type { Syntax } from '../../src/decoder/decoder.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import { DECODERS, decoder } from './decode.ts';
import { disassembleLibrary, findLibrary, missingTool, type ObjdumpLine, repeatableRandom } from './objdump.ts';

const missing = missingTool();
if (missing !== undefined) console.warn(`comparison with objdump skipped: ${missing}`);

const LINES = Number(process.env.OBJDUMP_LINES ?? 2000);
/** Of 2,000 lines, so that another libc or binutils does not fail the test at once. */
const ALLOWED: Readonly<Record<Syntax, number>> = { att: 5, intel: 20 };

describe.skipIf(missing !== undefined)('compared with objdump on a 32-bit C library', () => {
  it.each([
    ['att', 'capstone'],
    ['intel', 'capstone'],
    ['att', 'iced'],
    ['intel', 'iced'],
  ] as const)('random %s lines by %s are the same', (syntax, lister) => {
    const lines = disassembleLibrary(findLibrary() ?? '', syntax);
    const random = repeatableRandom(32);
    const sample = Array.from({ length: LINES }, () => lines[Math.floor(random() * lines.length)] as ObjdumpLine);
    const different = sample.flatMap(({ address, bytes, text }) => {
      const instruction = decoder.decode(bytes, 0, address);
      const printed = instruction ? DECODERS[lister].print(instruction, syntax) : '(none)';
      return printed === text ? [] : [`${printed}   objdump: ${text}`];
    });
    console.info(
      `${syntax}, ${lister}: ${different.length} of ${sample.length} lines differ`,
      ...different.slice(0, 20),
    );
    expect(different.length).toBeLessThanOrEqual((ALLOWED[syntax] * LINES) / 2000);
  });

  it('random windows are cut where the instructions begin', () => {
    const lines = disassembleLibrary(findLibrary() ?? '', 'att');
    const random = repeatableRandom(64);
    const totals = { windows: 0, right: 0, wrong: 0, missed: 0 };
    while (totals.windows < 1000) {
      const window = randomWindow(lines, random);
      if (window === undefined) continue;
      const { before } = alignWindow(decoder, window.bytes, BEFORE_EIP, wrapU32(window.start));
      const right = before.filter((instruction) => window.boundaries.has(instruction.address)).length;
      totals.windows++;
      totals.right += right;
      totals.wrong += before.length - right;
      totals.missed += window.boundaries.size - right;
    }
    const { right, wrong, missed } = totals;
    console.info(`alignment: ${JSON.stringify(totals)}`);
    expect(right / (right + wrong)).toBeGreaterThan(0.99);
    expect(right / (right + missed)).toBeGreaterThan(0.99);
  });
});

/** As kernels print it: 43 bytes before EIP, 64 in all. */
const BEFORE_EIP = 43;
const WINDOW = 64;

interface TrueWindow {
  readonly start: number;
  readonly bytes: Uint8Array;
  /** Addresses in the window, before EIP, at which an instruction begins. */
  readonly boundaries: ReadonlySet<number>;
}

/** Undefined where the code around the chosen instruction is not contiguous. */
function randomWindow(lines: readonly ObjdumpLine[], random: () => number): TrueWindow | undefined {
  const at = WINDOW + Math.floor(random() * (lines.length - 2 * WINDOW));
  const around = lines.slice(at - WINDOW, at + WINDOW);
  const start = (lines[at] as ObjdumpLine).address - BEFORE_EIP;
  const bytes: number[] = [];
  const boundaries = new Set<number>();
  for (const line of around) {
    if (line.address >= start && line.address < start + BEFORE_EIP) boundaries.add(line.address);
    line.bytes.forEach((byte, index) => {
      const offset = line.address + index - start;
      if (offset >= 0 && offset < WINDOW) bytes[offset] = byte;
    });
  }
  const isWhole = bytes.length === WINDOW && !bytes.includes(undefined as unknown as number);
  return isWhole ? { start, bytes: Uint8Array.from(bytes), boundaries } : undefined;
}
