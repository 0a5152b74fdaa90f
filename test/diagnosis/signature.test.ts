// One report has one signature, whatever wrote it down and wherever its code was loaded.

import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { DIAGNOSIS_KINDS } from '../../src/diagnosis/kinds.ts';
import { examine } from '../../src/examination/examine.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import type { ReplayParts } from '../../src/replay/replay.ts';
import { oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function signatureOf(text: string) {
  const [snapshot] = parseLog(text).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return examine(snapshot, parts).diagnosis.signature;
}

/** `mov 0xd8(%ebx),%eax; mov (%eax),%ecx; call; mov %esi,(%eax,%ecx,4)`, the call within the function's own module. */
function ring(base: number, callee: number): string {
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');
  const call = (callee - (base + 0x11d)) >>> 0;
  const bytes = [0, 8, 16, 24].map((shift) => ((call >>> shift) & 0xff).toString(16).padStart(2, '0')).join(' ');
  return oopsText({
    code: `55 89 e5 8b 83 d8 00 00 00 8b 08 85 c9 74 05 e8 ${bytes} <89> 34 88 83 c1 01 89 d0 5d c3`,
    registers: { eip: hex(base + 0x11c), eax: 'f21fea80', ecx: '2b024004', ebx: 'd2ac9d00', ebp: 'f5a0bf00' },
    die: 'Oops: 0002',
    address: '9e28ea90',
  }).replaceAll('foo_read+0x1c/0x90', 'foo_read+0x14/0x90');
}

const AT_HOME = ring(0xf8a02000, 0xf8a02400);

const DECORATIONS: readonly (readonly [string, (text: string) => string])[] = [
  ['stamps of the kernel', (text) => text.replace(/^/gm, '[   12.345678] ')],
  ['syslog', (text) => text.replace(/^/gm, 'Jan  2 16:43:00 host kernel: ')],
  ['a mail quote', (text) => text.replace(/^/gm, '> ')],
  ['levels', (text) => text.replace(/^/gm, '<4>')],
  ['line ends of another system', (text) => text.replaceAll('\n', '\r\n')],
];

test.each(DECORATIONS)('the signature is the same under %s', (_name, decorate) => {
  expect(signatureOf(decorate(AT_HOME))).toEqual(signatureOf(AT_HOME));
});

/** Of several kinds and kernels. */
const KEPT = [
  'list-entry-deleted-twice',
  'null-array-element',
  'mutex-never-initialised',
  'smashed-return-address',
  'divide-overflow',
];

test.each(KEPT)('the signature of %s is the same under all of them', (name) => {
  const text = readFileSync(new URL(`../../scenarios/${name}/oops.log`, import.meta.url), 'utf8');
  const bare = text.replace(/^(?:<\d>)?\[ *\d+\.\d+\] /gm, '');
  const signature = signatureOf(bare);
  expect(signature.class.length).toBeGreaterThan(0);
  for (const [, decorate] of DECORATIONS) expect(signatureOf(decorate(bare))).toEqual(signature);
});

test('reports of one boot have one incident, with warnings in between or not', () => {
  const numbered = (ordinal: number, number: string) =>
    signatureOf(AT_HOME.replace('[#1]', `[#${ordinal}]`).replace('0a1b2c3d4e5f6071', number)).incident;
  const first = numbered(1, '0a1b2c3d4e5f6071');
  expect(first).toBe('0a1b2c3d4e5f60@4.4.0');
  expect(numbered(2, '0a1b2c3d4e5f6072')).toBe(first);
  expect(numbered(2, '0a1b2c3d4e5f6075')).toBe(first);
  expect(numbered(1, '0b1b2c3d4e5f6071')).not.toBe(first);
  expect(numbered(1, '0000000000000000')).toBeUndefined();
});

test('the signature is the same wherever the module was loaded, and another for other code', () => {
  const signature = signatureOf(AT_HOME);
  expect(signature).toMatchObject({ version: 'replay-sig/1', blame: 'foo_read', class: 'index-out-of-range write' });
  expect(signature.bucket).toBe('foo_read | index-out-of-range write');
  expect(signature.keys.some((key) => key.startsWith('code:'))).toBe(true);
  expect(signatureOf(ring(0xf9123000, 0xf9127ab0))).toEqual(signature);
  expect(signatureOf(AT_HOME.replace('<89> 34 88', '<89> 3c 88')).keys).not.toEqual(signature.keys);
});

test('what compilers append to a name is no part of it', () => {
  const { bucket } = signatureOf(AT_HOME.replaceAll('foo_read+', 'foo_read.isra.3+'));
  expect(bucket).toBe(signatureOf(AT_HOME).bucket);
});

test('the document lists every kind', () => {
  const text = readFileSync(new URL('../../docs/diagnosis.md', import.meta.url), 'utf8');
  expect(DIAGNOSIS_KINDS.filter((kind) => !text.includes(`\`${kind}\``))).toEqual([]);
});
