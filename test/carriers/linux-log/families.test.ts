// A line meets only the families whose start or words it has. Trying all of them on every line has to give the same.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/carriers/linux-log/assembly/fact.ts';
import { FAMILIES, REPORT_BEGINNINGS, REPORT_WORDS } from '../../../src/carriers/linux-log/grammar/families.ts';
import { readLine } from '../../../src/carriers/linux-log/grammar/grammar.ts';
import { mendAddresses } from '../../../src/carriers/linux-log/grammar/numbers.ts';
import { fc } from '../../property.ts';

const vectors = new URL('../../vectors/', import.meta.url);
const reports = new URL('snapshot-reports/', vectors);
const forms = ['snapshot-lines.txt', 'other-dumps.txt', 'announced-bugs.log'].map((name) => new URL(name, vectors));
const texts = [...forms, ...readdirSync(reports).map((name) => new URL(name, reports))];
const lines = [...new Set(texts.flatMap((text) => readFileSync(text, 'utf8').split('\n')))].map((line) => line.trim());

function readWithAll(line: string): readonly Fact[] {
  const mended = mendAddresses(line);
  for (const { read } of FAMILIES) {
    const facts = read(mended?.line ?? line);
    if (facts.length > 0) return [...facts, ...(mended?.problems ?? [])];
  }
  return [];
}

test('no line is kept from the family that knows it', () => {
  expect(lines.length).toBeGreaterThan(500);
  for (const line of lines) expect([line, readLine(line)]).toEqual([line, line === '' ? [] : readWithAll(line)]);
});

test('nor is a line with other letters, a piece of a line, or a line run together with another', () => {
  const line = fc.constantFrom(...lines);
  const mixed = fc
    .tuple(line, line, fc.nat(40), fc.nat(40), fc.constantFrom('as it is', 'upper', 'lower'))
    .map(([a, b, from, until, letters]) => {
      const text = (a.slice(from % (a.length + 1)) + b.slice(0, until)).trim();
      return letters === 'upper' ? text.toUpperCase() : letters === 'lower' ? text.toLowerCase() : text;
    });
  fc.assert(
    fc.property(mixed, (text) => {
      expect(readLine(text)).toEqual(text === '' ? [] : readWithAll(text));
    }),
    { numRuns: 5000 },
  );
});

/** Lines with which a report, or another writer's crash text, can begin. */
const OPENERS: ReadonlySet<Fact['kind']> = new Set(['headline', 'die', 'cut-here', 'panic', 'user-fault', 'foreign']);

test('each line that opens a report keeps one going', () => {
  const openers = lines.filter((line) => readLine(line).some(({ kind }) => OPENERS.has(kind)));
  expect(openers.length).toBeGreaterThan(100);
  expect(openers.filter((line) => !REPORT_WORDS.test(line))).toEqual([]);
});

test('some line of each report begins as the families say', () => {
  const beginning = new RegExp(`^(?:${REPORT_BEGINNINGS})`, 'm');
  for (const name of readdirSync(reports))
    expect([name, readFileSync(new URL(name, reports), 'utf8')]).toEqual([name, expect.stringMatching(beginning)]);
});
