// Time grows with the length of the text, whatever the text: no pattern looks back. The bounds are generous, the ratio is what counts.

import { expect, test } from 'vitest';
import { createLogReader, parseLog } from '../../../src/carriers/read-log.ts';

const MEGABYTE = 1_000_000;

/** Each fills a line (or a log) of the asked length with what a careless pattern would stumble over. */
const shapes: readonly (readonly [string, (length: number) => string, number])[] = [
  ['one line of blanks', (length) => ' '.repeat(length), 10 * MEGABYTE],
  ['one line of letters', (length) => 'a'.repeat(length), 10 * MEGABYTE],
  ['one line of code bytes', (length) => `Code: ${'8b '.repeat(length / 3)}`, 10 * MEGABYTE],
  ['one line of quotes', (length) => '> '.repeat(length / 2), 10 * MEGABYTE],
  ['one line of brackets', (length) => '[<c0101112>] '.repeat(length / 13), 10 * MEGABYTE],
  ['one line of equals signs', (length) => '='.repeat(length), 10 * MEGABYTE],
  ['one line of entities', (length) => '&lt;'.repeat(length / 4), 10 * MEGABYTE],
  ['one line of times', (length) => '[    1.234567] '.repeat(length / 15), 10 * MEGABYTE],
  ['lines of soft breaks', (length) => 'EAX: 0000000=\n'.repeat(length / 14), MEGABYTE],
  ['lines of headlines', (length) => 'BUG: unable to handle kernel paging request at\n'.repeat(length / 47), MEGABYTE],
  ['lines of blanks and an EIP', (length) => `EIP: ${' '.repeat(9995)}\n`.repeat(length / 10_001), MEGABYTE],
  ['lines of symbols', (length) => ` ? ${'x'.repeat(300)}+0x1/0x2\n`.repeat(length / 312), MEGABYTE],
  ['lines of stack words', (length) => ' c0101112 c0101112 c0101112 c0101112 c0101112\n'.repeat(length / 46), MEGABYTE],
  [
    'lines of user faults',
    (length) => 'app[311]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4 in app[8048000+5000]\n'.repeat(length / 77),
    MEGABYTE,
  ],
];

function seconds(text: string): number {
  const start = performance.now();
  parseLog(text);
  return (performance.now() - start) / 1000;
}

test.each(shapes)(
  '%s: ten times the text takes about ten times as long',
  { timeout: 60_000 },
  (_name, shape, length) => {
    seconds(shape(length / 100));
    const small = Math.min(seconds(shape(length / 10)), seconds(shape(length / 10)));
    const large = seconds(shape(length));
    // Quadratic time would be a factor of 100; a constant part hides the noise of short runs.
    expect(large).toBeLessThan(30 * small + 1);
  },
);

test('a line that never ends takes no more time from piece to piece', { timeout: 20_000 }, () => {
  const reader = createLogReader();
  reader.push('quiet\n'.repeat(1000));
  const piece = 'x'.repeat(MEGABYTE);
  const start = performance.now();
  for (let i = 0; i < 20; i++) reader.push(piece);
  const first = performance.now() - start;
  for (let i = 0; i < 180; i++) reader.push(piece);
  expect(performance.now() - start).toBeLessThan(30 * first + 1000);
});

test('a region that never ends is given in parts, in bounded memory', () => {
  const reader = createLogReader();
  const line = 'app[311]: segfault at 4 ip 08048abc sp bfa1b2c0 error 4 in app[8048000+5000]\n';
  let reports = 0;
  for (let i = 0; i < 200; i++) reports += reader.push(line.repeat(100)).reports.length;
  expect(reports).toBeGreaterThan(15_000);
  expect(reports + reader.end().reports.length).toBe(20_000);
});
