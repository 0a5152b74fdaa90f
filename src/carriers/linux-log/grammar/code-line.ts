// `Code: 8b 40 04 <89> 02 …`: the bytes around EIP, the marked byte, or the words that say why there are none.

import { parseHex32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';
import type { Family } from './family.ts';

type CodeFact = Extract<Fact, { kind: 'code' }>;

const CAPTION = /^code: ?/i;
/** `Bad EIP value.`, `Bad RIP value.`, `Unable to access opcode bytes at RIP 0xffffffd6.`, `bad PC value` is not ours. */
const UNAVAILABLE = /(?:bad [er]ip value|unable to access opcode bytes)[^<]{0,60}/i;
/** Bytes between blanks, as far as there is nothing else. The `+` before some is a patch's; `[8b]` and `*8b*` are marks of hand copies. */
const BYTES = /^(?:\+?(?:[0-9a-fA-F]{2}|[<([*][0-9a-fA-F]{2}[>)\]*])?(?:\s+|$))*/;

/** Reads bytes up to the first thing that is none. */
/** Up to the first place where more than a blank is between two bytes. */
const GAP = /^\s*(?:[0-9a-f]{2}\s)+(?=\s+[0-9a-f]{2})/i;

export function readCodeBytes(text: string): CodeFact {
  const bytes: number[] = [];
  let marker: number | undefined;
  const dump = BYTES.exec(text)?.[0] ?? '';
  const gap = GAP.exec(dump)?.[0];
  const rest = text.slice(dump.length).replace(/\s+/g, ' ');
  for (const token of dump.split(/\s+/)) {
    const digits = token.startsWith('+') ? token.slice(1) : token;
    if (digits.length === 2) bytes.push(Number.parseInt(digits, 16));
    else if (digits.length === 4) {
      marker = bytes.length;
      bytes.push(Number.parseInt(digits.slice(1, 3), 16));
    }
  }
  const unavailable = UNAVAILABLE.exec(rest)?.[0];
  return {
    kind: 'code',
    bytes,
    ...(marker !== undefined && { marker }),
    ...(gap !== undefined && { gap: gap.trim().split(/\s+/).length }),
    ...(unavailable !== undefined && { unavailable }),
    ...(unavailable === undefined && rest !== '' && { damaged: rest.slice(0, 40) }),
  };
}

/** All 64 bytes, the marked one where kernels put it: nothing can follow. Longer dumps (`code_bytes=`) have it further on. */
export function isWholeCode({
  bytes,
  marker,
}: {
  readonly bytes: readonly number[];
  readonly marker?: number;
}): boolean {
  return bytes.length === 64 && (marker === 42 || marker === 43);
}

/** Bytes with or without blanks between them. `*` opens and closes a mark, so each sequence of marks is written in one way only. */
const ONLY_BYTES = /^\+? ?[<([*]?[0-9a-f]{2}(?:(?:[>)\]*] ?[<([*]?| [<([*]?|[<([])?[0-9a-f]{2})*[>)\]*]?$/i;

/** Only bytes, at least one: the rest of a code line that was wrapped. */
export function isCodeContinuation(text: string): boolean {
  return text.length < 4096 && ONLY_BYTES.test(text.trim());
}

/** `code at 08048abc: 8b 00 …`: sixteen bytes of the program from EIP on (`print-fatal-signals=1`). */
const FROM_EIP = /^code at ([0-9a-f]{8}): /;

function readCodeLine(text: string): readonly Fact[] {
  const from = FROM_EIP.exec(text);
  const eip = parseHex32(from?.[1] ?? '');
  if (from && eip !== undefined)
    return [
      { ...readCodeBytes(text.slice(from[0].length)), marker: 0 },
      { kind: 'eip', value: eip, source: 'elsewhere' },
    ];
  const caption = CAPTION.exec(text);
  return caption ? [readCodeBytes(text.slice(caption[0].length))] : [];
}

export const CODE_LINES: Family = {
  read: readCodeLine,
  starts: 'co',
  words: [/Code/, / (?:[0-9a-f]{2} ){7}/],
  begins: [/Code: /],
};
