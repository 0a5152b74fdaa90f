// What a log prints of a page fault or of a mapping beyond its address is said, and not replaced by something near it.

import { expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';

const parts = await loadParts();

function jsonOf(text: string) {
  const [snapshot] = parseLog(text).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return toJson(examine(snapshot, parts), { file: 'x.log', decoder: parts.decoder });
}

const reservedBit = (code: string) => `BUG: unable to handle page fault for address: f7e1d005
Oops: ${code} [#1] SMP
EIP: 0060:[<c0123456>] EFLAGS: 00010246 CPU: 0
EAX: 00000000 EBX: 00000000 ECX: 00000000 EDX: 00000000
ESI: f7e1d005 EDI: 00000000 EBP: f5a1de00 ESP: f5a1ddf0
 DS: 007b ES: 007b FS: 00d8 GS: 00e0 SS: 0068
Code: <ac> 90 90 90 90 90 90 90
`;

test.each([
  ['0009', 'a reserved bit is set in its page-table entry'],
  ['0001', 'page is present and may not be read'],
])('error code %s: %s', (code, words) => {
  const { replay } = jsonOf(reservedBit(code));
  expect(replay.verdict).toBe('reproduced');
  expect(replay.fault).toMatchObject({ errorCode: `0x${code}` });
  expect(JSON.stringify(replay)).toContain(words);
});

test.each([
  [
    'libc-2.31.so[8c4f6,b7a4b000+15c000]',
    { offset: 0x734f6, fileOffset: '0x0008c4f6' },
    'offset 0x8c4f6 of the file libc-2.31.so',
  ],
  ['libc-2.31.so[b7a4b000+15c000]', { offset: 0x734f6 }, 'offset 0x734f6 of libc-2.31.so as mapped at b7a4b000'],
])('%s', (mapping, fields, words) => {
  const line = `loader[483]: segfault at 0 ip b7abe4f6 sp bf8e0b3c error 4 in ${mapping}\n`;
  const finding = jsonOf(line).findings.find(({ kind }) => kind === 'mapping-offset');
  expect(finding).toMatchObject(fields);
  expect(finding?.text).toContain(words);
});
