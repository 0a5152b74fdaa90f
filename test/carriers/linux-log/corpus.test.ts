// Real logs, where they are at hand beside the project: the facts that their index lists, and logs that are not i386 reports.
// Skipped where they are not; the project's own tests do not need them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../src/carriers/linux-log/decorations/log-line.ts';
import { normalise } from '../../../src/carriers/linux-log/decorations/normalise.ts';
import { parseLog } from '../../../src/carriers/read-log.ts';
import { codeWindowOf } from '../../../src/snapshot/memory.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { printLog } from './print-report.ts';

const corpus = new URL('../../../../shared/corpus/', import.meta.url);

interface Facts {
  readonly file: string;
  readonly registers: Readonly<Record<string, string>>;
  readonly code: string | null;
  readonly eipOffset: number | null;
  readonly eip: string | null;
  readonly faultAddress: string | null;
  readonly errorCode: string | null;
  readonly cr2: string | null;
}

const number = (digits: string): number => Number.parseInt(digits, 16) >>> 0;

/** The facts that the report gives otherwise than the index, of how many. */
function differences(facts: Facts, report: Snapshot): { wrong: string[]; all: number } {
  const wrong: string[] = [];
  let all = 0;
  const compare = (name: string, expected: unknown, actual: unknown): void => {
    all++;
    if (expected !== actual) wrong.push(`${name} ${expected} read as ${actual}`);
  };
  const registers: Readonly<Record<string, { readonly value: number } | undefined>> = report.registers;
  for (const [name, digits] of Object.entries(facts.registers)) compare(name, number(digits), registers[name]?.value);
  if (facts.code !== null) compare('code', facts.code, Buffer.from(codeWindowOf(report)?.bytes ?? []).toString('hex'));
  if (facts.code !== null && facts.eipOffset !== null)
    compare('eipOffset', facts.eipOffset, codeWindowOf(report)?.eipOffset);
  if (facts.eip !== null) compare('eip', number(facts.eip), report.registers.eip?.value);
  if (facts.faultAddress !== null) compare('faultAddress', number(facts.faultAddress), report.trap.faultAddress?.value);
  if (facts.errorCode !== null) compare('errorCode', number(facts.errorCode), report.trap.errorCode?.value);
  if (facts.cr2 !== null) compare('cr2', number(facts.cr2), report.control.cr2?.value);
  return { wrong, all };
}

describe.skipIf(!existsSync(corpus))('the corpus', () => {
  const read = (folder: string, name: string): string => readFileSync(new URL(`${folder}/${name}`, corpus), 'utf8');
  const index = existsSync(corpus)
    ? readFileSync(new URL('index.jsonl', corpus), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Facts)
    : [];

  test('at least 99.5 % of the facts are read as the index has them', () => {
    let right = 0;
    let all = 0;
    const wrong: string[] = [];
    for (const facts of index) {
      const best = parseLog(read('logs', facts.file))
        .reports.map((report) => differences(facts, report))
        .sort((a, b) => a.wrong.length - b.wrong.length)[0];
      expect(best, `${facts.file} has a report`).toBeDefined();
      if (!best) continue;
      all += best.all;
      right += best.all - best.wrong.length;
      for (const difference of best.wrong) wrong.push(`${facts.file}: ${difference}`);
    }
    expect(right / all, wrong.join('\n')).toBeGreaterThanOrEqual(0.995);
  });

  test('the normalised text of each log says the same', () => {
    const changed = index.filter(({ file }) => {
      const text = read('logs', file);
      const normalised = normalise(linesOf(text))
        .map((line) => line.text)
        .join('\n');
      return printLog(parseLog(normalised), { factsOnly: true }) !== printLog(parseLog(text), { factsOnly: true });
    });
    expect(changed.map(({ file }) => file)).toEqual([]);
  });

  test('reports of other architectures are named, none is read', () => {
    const folder = new URL('not-i386/', corpus);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      const log = parseLog(read('not-i386', name));
      expect({ name, reports: log.reports.length, foreign: log.foreign.length }).toEqual({
        name,
        reports: 0,
        foreign: 1,
      });
    }
  });
});
