// Where a window of code bytes is cut into instructions.

import { describe, expect, it } from 'vitest';
import { type AlignedWindow, alignWindow, type ByteRange } from '../../src/decoder/align-window.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { fc } from '../property.ts';
import { bytesOf, decoder } from './decode.ts';

const START = 0xf88a_5ac2 as U32;

/** `<..>` marks EIP, as in a Code: line. */
function align(code: string, data: readonly ByteRange[] = []): AlignedWindow {
  const words = code.trim().split(/\s+/);
  const eipOffset = words.findIndex((word) => word.startsWith('<'));
  return alignWindow(decoder, bytesOf(code.replace(/[<>]/g, '')), eipOffset, START, { data });
}

function listing(window: AlignedWindow): readonly string[] {
  const line = (mark: string) => (instruction: AlignedWindow['before'][number]) =>
    `${mark}${(instruction.address - START).toString().padStart(3)} ${decoder.print(instruction, 'att')}`;
  return [
    ...window.before.map(line(' ')),
    ...(window.faulting ? [line('>')(window.faulting)] : []),
    ...window.after.map(line(' ')),
  ];
}

const SAMPLE = `89 c7 f3 a5 8b 83 d8 00 00 00 8b 08 8b 50 08 8b 70 04 8d 79 01 4a 21 fa 39 f2 75 06 89 ca 31
  c9 eb 11 8b b3 e4 00 00 00 83 c1 04 <89> 34 88 b9 01 00 00 00 85 c9 89 10 75 14 68 4f b9 8a f8 bb f0`;

describe('a window of a kernel report', () => {
  it('is cut at EIP and to both sides of it, without its truncated last instruction', () => {
    const window = align(SAMPLE);
    expect(listing(window)).toMatchInlineSnapshot(`
      [
        "   0 mov    %eax,%edi",
        "   2 rep movsl %ds:(%esi),%es:(%edi)",
        "   4 mov    0xd8(%ebx),%eax",
        "  10 mov    (%eax),%ecx",
        "  12 mov    0x8(%eax),%edx",
        "  15 mov    0x4(%eax),%esi",
        "  18 lea    0x1(%ecx),%edi",
        "  21 dec    %edx",
        "  22 and    %edi,%edx",
        "  24 cmp    %esi,%edx",
        "  26 jne    f88a5ae4",
        "  28 mov    %ecx,%edx",
        "  30 xor    %ecx,%ecx",
        "  32 jmp    f88a5af5",
        "  34 mov    0xe4(%ebx),%esi",
        "  40 add    $0x4,%ecx",
        "> 43 mov    %esi,(%eax,%ecx,4)",
        "  46 mov    $0x1,%ecx",
        "  51 test   %ecx,%ecx",
        "  53 mov    %edx,(%eax)",
        "  55 jne    f88a5b0f",
        "  57 push   $0xf88ab94f",
      ]
    `);
    expect(window).toMatchObject({ skipped: 0, truncatedTail: 2, atEip: 'whole' });
    expect(window.certainty.at(-1)).toBe(1);
  });

  it('begins after the tail of an instruction whose head was not captured', () => {
    const window = align('00 00 00 8b 08 8b 50 08 8b 70 04 8d 79 01 4a 21 fa 39 f2 <89> 34 88');
    expect(window.skipped).toBe(3);
    expect(window.before[0]?.mnemonic).toBe('mov');
  });

  it('skips what no reading carries to EIP', () => {
    const window = align('c3 0f 24 0f 24 <89> 34 88');
    expect(window.before).toEqual([]);
    expect(window.skipped).toBe(5);
    expect(window.cuts).toEqual({ tried: 5, reaching: 0, agreeing: 0 });
    expect(window.faulting?.mnemonic).toBe('mov');
  });

  it('has nothing before EIP where the log starts there', () => {
    expect(align('<89> 34 88 90')).toMatchObject({ before: [], skipped: 0, truncatedTail: 0 });
  });

  it('says that the bytes at EIP are no instruction', () => {
    const window = align('89 c7 <0f> 24 c0 90');
    expect(window.faulting).toBeUndefined();
    expect(window).toMatchObject({ atEip: 'invalid', after: [], truncatedTail: 4 });
    expect(window.before).toHaveLength(1);
  });

  it('says that the bytes at EIP end too early', () => {
    expect(align('89 c7 <8b> 83 d8')).toMatchObject({ atEip: 'truncated', after: [], truncatedTail: 3 });
  });

  it('goes on behind bytes that are data', () => {
    const code = '89 c7 <0f> 0b 2a 00 00 b8 12 34 89 c7';
    const data = [{ offset: 4, length: 6 }];
    expect(listing(align(code, data))).toEqual(['   0 mov    %eax,%edi', '>  2 ud2', '  10 mov    %eax,%edi']);
    expect(align(code).after.map((instruction) => instruction.address - START)).not.toContain(10);
  });

  it('leaps over data before EIP', () => {
    const window = align('0f 0b 2a 00 c8 12 34 c0 31 db <89> 34 88', [{ offset: 2, length: 6 }]);
    expect(listing(window)).toEqual(['   0 ud2', '   8 xor    %ebx,%ebx', '> 10 mov    %esi,(%eax,%ecx,4)']);
  });

  it('takes addresses modulo 4 GiB', () => {
    const { faulting } = alignWindow(decoder, bytesOf('90 90 89 c7'), 2, 0xffff_fffe as U32);
    expect(faulting?.address).toBe(0);
  });
});

describe('any window', () => {
  it('is a chain of instructions that meets EIP, and nothing of it is invented', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(63), (bytes, position) => {
        const eipOffset = position % bytes.length;
        const window = alignWindow(decoder, bytes, eipOffset, START);
        let at = START + window.skipped;
        for (const instruction of window.before) {
          expect(instruction.address).toBe(at);
          at += instruction.length;
        }
        expect(at).toBe(START + eipOffset);
        for (const instruction of window.faulting ? [window.faulting, ...window.after] : []) {
          expect(instruction.address).toBe(at);
          at += instruction.length;
        }
        expect(at + window.truncatedTail).toBe(START + bytes.length);
        expect(window.certainty.every((share) => share > 0.5 && share <= 1 + 1e-9)).toBe(true);
        expect(window.cuts.agreeing).toBeLessThanOrEqual(window.cuts.reaching);
        expect(window.faulting !== undefined).toBe(window.atEip === 'whole');
      }),
      { numRuns: 1000 },
    );
  });
});
