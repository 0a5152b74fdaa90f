// Crash texts of debuggers, emulators and other systems: each is named once, whatever is lost of it, and costs the reports around it nothing.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { printReport } from './print-report.ts';

const vectors = new URL('../../vectors/', import.meta.url);
const dumps = readFileSync(new URL('other-dumps.txt', vectors), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section): [string, string] => {
    const end = section.indexOf('\n');
    return [section.slice(0, end), section.slice(end + 1)];
  });
const report = (name: string): string => readFileSync(new URL(`snapshot-reports/${name}.log`, vectors), 'utf8');
const reports = ['2.4.20-null-read', '2.6.18-inline-bug', '5.10-code-first'].map(report);

const writers = (text: string) => parseLog(text).foreign.map(({ writer, line }) => [writer, line]);
const facts = (text: string) => parseLog(text).reports.map((one) => printReport(one, { factsOnly: true }));

test('every writer has a text', () => {
  expect(new Set(dumps.map(([writer]) => writer)).size).toBe(7);
});

describe.each(dumps)('%s', (writer, dump) => {
  const lines = dump.split('\n');

  test('is named once, and gives no report', () => {
    expect(parseLog(dump)).toEqual({ reports: [], foreign: [{ writer, line: expect.any(Number) }], diagnostics: [] });
  });

  test('is named far into a long log', () => {
    const quiet = 'Jun  3 12:00:00 host cron[7]: nothing to do\n'.repeat(200);
    expect(writers(`${quiet}${dump}\n${quiet}`)).toEqual([[writer, expect.any(Number)]]);
  });

  test('gives no report where its first or last lines are lost', () => {
    for (const at of lines.keys()) {
      expect(facts(lines.slice(at).join('\n'))).toEqual([]);
      expect(facts(lines.slice(0, at).join('\n'))).toEqual([]);
    }
  });

  test.each(['[   12.345678] ', 'Jun  3 12:00:00 host kernel: ', '> '])('is named behind the head %j', (head) => {
    const headed = lines.map((line) => head + line).join('\n');
    expect([writers(headed), facts(headed)]).toEqual([[[writer, expect.any(Number)]], []]);
  });

  test('leaves a report before it and a report behind it alone', () => {
    for (const report of reports) {
      const own = facts(report);
      expect(own).toHaveLength(1);
      expect(facts(`${report}\n${dump}`)).toEqual(own);
      expect(facts(`${dump}\n${report}`)).toEqual(own);
      expect(writers(`${dump}\n${report}\n${dump}`)).toHaveLength(2);
      // Without its headline it begins with the processor or the registers.
      const described = report.slice(report.search(/^(?:CPU|EIP): /m));
      expect(facts(`${dump}\n${described}`)).toEqual(facts(described));
    }
  });
});

test('dumps of one program that follow each other are named together, those of two apart', () => {
  const all = dumps.map(([, dump]) => dump).join('\n');
  const runs = dumps.filter(([writer], i) => writer !== dumps[i - 1]?.[0]).map(([writer]) => writer);
  expect(writers(all).map(([writer]) => writer)).toEqual(runs);
  expect(facts(all)).toEqual([]);
});
