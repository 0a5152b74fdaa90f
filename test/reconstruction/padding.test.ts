// No-ops that an assembler fills the space before an aligned label with, and the no-ops of static branches, which are instructions of the
// function and may have the same bytes.

import { beforeAll, expect, it } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { crashSiteOf } from '../../src/reconstruction/crash-site-of.ts';
import { reconstruct } from '../../src/reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../../src/replay/replay.ts';
import { oopsText } from '../oops-text.ts';

let parts: ReplayParts;
beforeAll(async () => {
  parts = await loadParts();
});

function doubtsOf(code: string): readonly (string | undefined)[] {
  const [snapshot] = parseLog(oopsText({ code, registers: { eax: '00000000' }, address: '00000008' })).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  const site = crashSiteOf(snapshot, replaySnapshot(snapshot, parts));
  if (site === undefined) throw new Error('there is no crash site');
  return reconstruct(site, parts.cpu).steps.map(({ doubt }) => doubt);
}

const BEFORE = '57 56 53 83 ec 0c 89 c7 89 d3 31 f6 ';
const SWITCH = '0f 1f 44 00 00 ';
const LONG = '66 0f 1f 84 00 00 00 00 00 ';

it.each([
  ['a no-op of nine bytes and one of five', LONG + SWITCH, 'after-padding'],
  ['a no-op of two bytes and one of five', `66 90 ${SWITCH}`, 'after-padding'],
  ['one of five: a static branch', SWITCH, undefined],
  ['two of five: two static branches', SWITCH + SWITCH, undefined],
])('%s', (_, padding, doubt) => {
  expect(doubtsOf(`${BEFORE}${padding}<8b> 58 08 89 d8`).at(-1)).toBe(doubt);
});

it('after the padding before a function stands the no-op of the tracer', () => {
  const body = '89 d8 '.repeat(11);
  const doubts = doubtsOf(`${BEFORE}c3 90 90 90 ${SWITCH}fc ${body}<8b> 58 08 89 d8`);
  expect(doubts).toHaveLength(13);
  expect(doubts[0]).not.toBe('after-padding');
});
