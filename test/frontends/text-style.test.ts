// The text of one report at every width and length, in ASCII, and section by section.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseLog } from '../../src/carriers/read-log.ts';
import { examine } from '../../src/examination/examine.ts';
import { toJson } from '../../src/frontends/json/json.ts';
import { type TextOptions, toText } from '../../src/frontends/text/report.ts';
import { SECTIONS } from '../../src/frontends/text/style.ts';
import { loadParts } from '../../src/node/runtime/load-parts.ts';
import { oopsText } from '../oops-text.ts';

const parts = await loadParts();

function jsonOf(log: string) {
  const [snapshot] = parseLog(log).reports;
  if (snapshot === undefined) throw new Error('the report was not found');
  return toJson(examine(snapshot, parts), { file: 'oops.log', decoder: parts.decoder });
}

const sample = jsonOf(readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url), 'utf8'));
const linesOf = (options: TextOptions) => toText(sample, options).split('\n');

test.each([40, 60, 80, 120, 160])('prose keeps to %i columns, and no word is lost', (width) => {
  const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();
  const text = toText(sample, { width, length: 'brief' });
  // Rows of a sum and listings are tables: they need some 60 columns. A command is copied whole.
  const prose = text.split('\n').filter((line) => !line.startsWith('    $ '));
  const longest = Math.max(...prose.map((line) => line.length));
  expect(longest).toBeLessThanOrEqual(Math.max(width, 60));
  expect(words(text)).toEqual(words(toText(sample, { length: 'brief' })));
});

test('a width outside of 40 to 160 is taken for the nearest', () => {
  expect(linesOf({ width: 3 })).toEqual(linesOf({ width: 40 }));
  expect(linesOf({ width: 9999 })).toEqual(linesOf({ width: 160 }));
});

test('a brief text is the beginning, a full one holds whole trace and stack', () => {
  const brief = linesOf({ length: 'brief' }).filter(Boolean);
  const normal = linesOf({}).filter(Boolean);
  expect(normal.slice(0, brief.length)).toEqual(brief);
  expect(linesOf({ length: 'full' }).length).toBeGreaterThan(linesOf({}).length);
  expect(toText(sample, { length: 'full' })).not.toContain('--full');
});

test.each(SECTIONS)('%s alone is part of the full text', (section) => {
  const full = linesOf({ length: 'full' });
  const alone = linesOf({ only: [section] });
  expect(alone.filter((line) => !full.includes(line))).toEqual([]);
  expect(alone.length).toBeLessThan(full.length);
});

test('ASCII is ASCII, whatever the log holds', () => {
  const text = toText(jsonOf(oopsText({ code: '<8b> 01', registers: { ecx: '00000000' }, address: '00000000' })), {
    ascii: true,
    length: 'full',
  });
  expect(text).toMatch(/^[\n -~]+$/);
  expect(toText({ ...sample, snapshot: { ...sample.snapshot, task: 'mötley' } }, { ascii: true })).toMatch(
    /process m\\u\{f6\}tley/,
  );
});

test.each([
  ['00000063', '99 in decimal'],
  ['ffffffea', '-22 EINVAL'],
  ['ffffffff', '-1'],
  ['38326d65', 'spells "em28"'],
  ['6b6b6b6b', 'four bytes 6b'],
  ['00000007', ''],
])('%s is remarked on: %s', (edi, words) => {
  const { registerRemarks } = jsonOf(
    oopsText({ code: '<8b> 01', registers: { ecx: '00000000', edi }, address: '00000000' }),
  );
  expect(registerRemarks.find(({ register }) => register === 'edi')?.text).toBe(words);
});
