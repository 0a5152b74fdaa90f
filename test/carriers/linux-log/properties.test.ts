// What holds for every log: no text is too odd, a cut log says less and nothing else, and the way the text arrives does not matter.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ParsedLog } from '../../../src/carriers/carrier.ts';
import { linesOf } from '../../../src/carriers/linux-log/decorations/log-line.ts';
import { normalise } from '../../../src/carriers/linux-log/decorations/normalise.ts';
import { createLogReader, parseLog } from '../../../src/carriers/read-log.ts';
import { codeWindowOf, stackWordsOf } from '../../../src/snapshot/memory.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { fc } from '../../property.ts';
import { applyAll, HEADS, quotedPrintable, withHead, wrapAt } from './decorate.ts';
import { printLog, rangeOf } from './print-report.ts';

const folder = new URL('../../vectors/snapshot-reports/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.log'))
  .map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')]);

/** Pieces of reports in any order and state, between arbitrary text: far more interesting than bytes alone. */
const words = [...new Set(samples.flatMap(([, text]) => text.split(/(?<=[ \n])/)))];
const anyLog = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    fc.string(),
    fc.constantFrom('\n', '\r', '=\n', '> ', '<br>', '\u0000', '\ufffd'),
  ),
  {
    maxLength: 400,
  },
);

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyLog.map((parts) => parts.join('')),
        fc.string({ unit: 'binary', maxLength: 2000 }),
      ),
      (text) => {
        const log = parseLog(text);
        const last = text.split('\n').length;
        for (const report of log.reports) {
          const range = rangeOf(report.evidence);
          expect(range[0]).toBeGreaterThanOrEqual(1);
          expect(range[1]).toBeLessThanOrEqual(last);
          expect(range[0]).toBeLessThanOrEqual(range[1]);
        }
      },
    ),
    { numRuns: 1500 },
  );
});

/** The code line may add the pointer to a file name to a location that is printed before it. */
const withoutPointer = (key: string, value: unknown): unknown => (key === 'filePointer' ? undefined : value);

/** Every value that a report states as printed, by name. */
function observed(report: Snapshot): Map<string, string> {
  const values = new Map<string, string>();
  const groups = {
    ...report.registers,
    ...report.segments,
    ...report.debug,
    ...report.task,
    ...report.trap,
    ...report.pageTable,
  };
  for (const [name, sourced] of Object.entries(groups))
    if (sourced && sourced.inferred === undefined) values.set(name, JSON.stringify(sourced.value, withoutPointer));
  return values;
}

test.each(samples)('%s cut after any line says nothing else', (_name, text) => {
  const lines = text.split('\n');
  const whole = parseLog(text);
  for (let count = 0; count <= lines.length; count++) {
    const cut = parseLog(lines.slice(0, count).join('\n'));
    for (const [index, report] of cut.reports.entries()) {
      const all = whole.reports[index] as Snapshot;
      const expected = observed(all);
      for (const [name, value] of observed(report))
        expect(`${count} ${name} ${value}`).toBe(`${count} ${name} ${expected.get(name)}`);
      const code = codeWindowOf(report);
      if (code) expect(code).toEqual(codeWindowOf(all));
      const words = stackWordsOf(report)?.words ?? [];
      expect(stackWordsOf(all)?.words.slice(0, words.length) ?? []).toEqual(words);
      const trace = (snapshot: Snapshot) =>
        (snapshot.trace ?? []).map(({ symbol, address }) => symbol?.text ?? address);
      expect(trace(all).slice(0, report.trace?.length ?? 0)).toEqual(trace(report));
    }
  }
});

test.each(samples)('%s: the normalised text says the same', (_name, text) => {
  for (const decorated of [
    text,
    applyAll(text, [withHead(HEADS['syslog and time'] as (index: number) => string), wrapAt(72)]),
    applyAll(text, [withHead(HEADS.caller as (index: number) => string), quotedPrintable]),
  ]) {
    const normalised = normalise(linesOf(decorated))
      .map((line) => line.text)
      .join('\n');
    expect(printLog(parseLog(normalised), { factsOnly: true })).toBe(
      printLog(parseLog(decorated), { factsOnly: true }),
    );
  }
});

function inPieces(text: string, sizes: readonly number[]): ParsedLog {
  const reader = createLogReader();
  const parts: ParsedLog[] = [];
  let at = 0;
  for (let i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    parts.push(reader.push(text.slice(at, at + size)));
    at += size;
  }
  parts.push(reader.end());
  return {
    reports: parts.flatMap((part) => part.reports),
    foreign: parts.flatMap((part) => part.foreign),
    diagnostics: parts.flatMap((part) => part.diagnostics),
  };
}

const quiet = Array.from(
  { length: 400 },
  (_, index) => `Jun  2 10:29:20 host cron[${index}]: (root) CMD (run-parts)`,
).join('\n');
const long = `${quiet}\n${samples.map(([, text]) => `${text}${quiet}\n`).join('')}`;

test('a log in pieces of any size gives the reports of the whole log, with the same line numbers', () => {
  const whole = printLog(parseLog(long));
  expect(parseLog(long).reports.length).toBeGreaterThan(samples.length);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      expect(printLog(inPieces(long, sizes))).toBe(whole);
    }),
    { numRuns: 40 },
  );
  expect(printLog(inPieces(samples[1]?.[1] ?? '', [1]))).toBe(printLog(parseLog(samples[1]?.[1] ?? '')));
});
