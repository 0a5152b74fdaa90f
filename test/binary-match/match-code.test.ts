// Captured code against a file that we compile: what proves, what is refused, what stays ambiguous.

import { expect, test } from 'vitest';
import { matchCode } from '../../src/binary-match/match-code.ts';
import { compile, open } from '../binary/program.ts';

const made = compile('gcc', ['-gdwarf-5']);
const file = made && open(made.bytes).file;
const push = file?.symbols().find(({ name }) => name === 'push');

/** 64 bytes around an address 12 bytes into `push`, as an oops would show them. */
function captured(change: (bytes: Uint8Array) => void = () => undefined) {
  const section = push && file?.sections[push.section];
  if (file === undefined || push === undefined || section === undefined) return undefined;
  const start = push.address - section.address;
  const bytes = new Uint8Array(file.rawPart(section, start, 40));
  change(bytes);
  const size = Math.ceil(section.size / 0x1000) * 0x1000 - start;
  return { file, section, start, code: { symbol: 'push', offset: 12, size, bytes, at: 12 } };
}

test.skipIf(push === undefined)('equal bytes at the symbol prove the place', () => {
  const given = captured();
  const found = given && matchCode(given.file, given.code);
  expect(found).toEqual({
    match: 'proved',
    place: { section: given?.section, offset: (given?.start ?? 0) + 12, patched: 0 },
  });
});

test.skipIf(push === undefined)('a single differing bit is a refusal that says which byte', () => {
  const given = captured((bytes) => {
    bytes[3] = (bytes[3] ?? 0) ^ 4;
  });
  const found = given && matchCode(given.file, given.code);
  expect(found?.match === 'refused' && found.places.map(({ unexplained }) => unexplained)).toEqual([[3]]);
});

test.skipIf(push === undefined)('another size or name is elsewhere', () => {
  const given = captured();
  if (given === undefined) return;
  expect(matchCode(given.file, { ...given.code, size: 0x40 }).match).toBe('elsewhere');
  expect(matchCode(given.file, { ...given.code, symbol: 'pull' }).match).toBe('elsewhere');
});
