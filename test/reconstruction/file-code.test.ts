// The lead-up with the whole function from a file: code before the captured bytes, words that are filled in, ways in from elsewhere.

import { expect, test } from 'vitest';
import { readLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { wrapU32 } from '../../src/machine/u32.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { FileCode } from '../../src/reconstruction/file-code.ts';
import { oopsText } from '../oops-text.ts';

const parts = await loadParts();
const bytesOf = (digits: string) => Uint8Array.from(digits.split(' '), (byte) => Number.parseInt(byte, 16));

/** The fault is 28 bytes into it, as the report says; only the last four of these are captured. */
const FUNCTION = [
  '85 d2', //                 0 test %edx,%edx
  '74 09', //                 2 je 0xd
  '83 c2 05', //              4 add $5,%edx
  'b9 10 00 00 00', //        7 mov $0x10,%ecx
  '90', //                    c nop
  '8d 74 26 00', //           d lea 0(%esi),%esi
  'bb 00 00 00 00', //       11 mov $0,%ebx
  '89 d0', //                16 mov %edx,%eax
  '89 ca', //                18 mov %ecx,%edx
  '89 d1', //                1a mov %edx,%ecx
  '8b 00', //                1c mov (%eax),%eax, which faults
  'c3', //                   1e ret
].join(' ');
/** Where the captured bytes begin in it. */
const CAPTURED = 0x18;

function explained(file: Partial<FileCode> | undefined) {
  const registers = { eax: '15', ecx: '10', edx: '10', ebx: '0', eflags: '10202' };
  const text = oopsText({ code: '89 ca 89 d1 <8b> 00 c3', address: '15', registers });
  const [snapshot] = readLog(text).reports;
  if (snapshot === undefined) throw new Error('no report was read');
  const whole: FileCode = {
    bytes: bytesOf(FUNCTION),
    start: -CAPTURED,
    filled: [],
    switches: [],
    rewritten: [],
    entries: new Set(),
    ...file,
  };
  const { leadUp } = examine(snapshot, parts, file === undefined ? {} : { fileCode: whole });
  if (leadUp === undefined) throw new Error('nothing was rebuilt');
  return leadUp;
}

/** Offset in the function, and the grade. */
const pathOf = (leadUp: ReturnType<typeof explained>) =>
  leadUp.steps.map(({ offset, path }) => `${(wrapU32(offset + CAPTURED)).toString(16)} ${path}`);

test('the captured bytes alone show two steps, and none is certain', () => {
  expect(pathOf(explained(undefined))).toEqual(['18 assumed', '1a assumed']);
});

test('the whole function shows all, each certain up to where two ways meet', () => {
  const leadUp = explained({});
  expect(leadUp.proved).toBe(true);
  expect(pathOf(leadUp).slice(-5)).toEqual(['d only', '11 only', '16 only', '18 only', '1a only']);
  expect(leadUp.steps.slice(-5).map(({ fromFile }) => fromFile)).toEqual([true, true, true, undefined, undefined]);
  expect(leadUp.steps.find(({ offset }) => wrapU32(offset + CAPTURED) === 0x16)?.before.edx).toMatchObject({
    provenance: 'derived',
    value: 0x15,
  });
});

test('a place that the file leads to from elsewhere ends what is certain', () => {
  const path = pathOf(explained({ entries: new Set([0x16]) }));
  expect(path.slice(-3)).toEqual(['16 only', '18 only', '1a only']);
  expect(path.slice(0, -3).every((step) => step.endsWith('assumed'))).toBe(true);
  const doubted = explained({ entries: new Set([0x16]) }).steps.find(({ doubt }) => doubt === 'named-elsewhere');
  expect(doubted?.offset).toBe(wrapU32(0x11 - CAPTURED));
});

test('a word that is filled in leaves its register unknown', () => {
  const leadUp = explained({ filled: [{ offset: 0x12, name: 'jiffies' }] });
  const step = leadUp.steps.find(({ instruction }) => instruction.unsure !== undefined);
  expect(step?.instruction.unsure).toEqual({ code: 'filled-in', name: 'jiffies' });
  expect(step?.notes).toContain('outcome-given');
  expect(leadUp.proved).toBe(true);
});

test('nothing leads back over instructions that the kernel may have replaced', () => {
  expect(pathOf(explained({ rewritten: [{ offset: 0x11, length: 5 }] }))).toEqual(['16 only', '18 only', '1a only']);
});
