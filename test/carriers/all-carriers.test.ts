// A second carrier needs a folder and a row: here it is a function and a row.

import { expect, test } from 'vitest';
import { ALL_CARRIERS } from '../../src/carriers/all-carriers.ts';
import type { Carrier } from '../../src/carriers/carrier.ts';
import { createLogReader, parseLog } from '../../src/carriers/read-log.ts';
import { createLogScan } from '../../src/node/scan/log-scan.ts';

const MAGIC = 'DUMMY1\n';
const LOG = `${MAGIC}first\nsecond\n`;

/** Each line of its logs is a report of another architecture on a line of that number. */
const dummy: Carrier<string> = {
  name: 'dummy',
  recognises(start) {
    if (start.startsWith(MAGIC)) return true;
    return MAGIC.startsWith(start) ? undefined : false;
  },
  createFinder() {
    let text = '';
    return {
      push(piece) {
        text += piece;
        return [];
      },
      end: () => text.slice(MAGIC.length).trim().split('\n'),
    };
  },
  read: (lines) => ({
    reports: [],
    foreign: lines.map((_, index) => ({ architecture: 'other', line: index + 2 })),
    diagnostics: [],
  }),
};
const carriers = [dummy, ...ALL_CARRIERS];
const OOPS = 'BUG: unable to handle kernel NULL pointer dereference at 00000004\nEIP: 0060:[<c0123456>]\n';
const linesOf = ({ foreign }: { foreign: readonly { line: number }[] }) => foreign.map(({ line }) => line);

test('a text goes to the carrier that recognises it, and every other to the last one', () => {
  expect(linesOf(parseLog(LOG, carriers))).toEqual([2, 3]);
  const [report, ...others] = parseLog(OOPS, carriers).reports;
  expect(others).toEqual([]);
  expect(report).toEqual(parseLog(OOPS).reports[0]);
  expect(report?.carrier).toBe('linux-log');
});

test.each([LOG, OOPS, 'DUMMY', ''])('pieces of one letter say the same: %j', (text) => {
  const reader = createLogReader(carriers);
  const parts = [...[...text].map((letter) => reader.push(letter)), reader.end()];
  const whole = parseLog(text, carriers);
  expect(parts.flatMap(({ foreign }) => foreign)).toEqual(whole.foreign);
  expect(parts.flatMap(({ reports }) => reports)).toEqual(whole.reports);
});

test.each([1, 3, 64])('the bytes of a file in pieces of %i go to the same carrier', (size) => {
  for (const [text, name] of [
    [LOG, 'dummy'],
    [OOPS, 'linux-log'],
    ['DUMMY', 'linux-log'],
  ] as const) {
    const scan = createLogScan('log', () => undefined, carriers);
    const bytes = new TextEncoder().encode(text);
    const parts = [];
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, at + size);
      scan.room().set(piece);
      const part = scan.take(piece.length);
      if (part) parts.push(part);
    }
    parts.push(scan.end());
    expect(new Set(parts.map(({ carrier }) => carrier))).toEqual(new Set([name]));
    const carrier = carriers.find((row) => row.name === name);
    const found = carrier?.read(parts.flatMap(({ regions }) => regions));
    expect(found).toEqual(parseLog(text, carriers));
  }
});
