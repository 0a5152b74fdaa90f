// Whatever a log holds, reading it looks at each character a bounded number of times, and never throws. `npm run test:fuzz` does many more.

import { expect, test } from 'vitest';
import { parseLog } from '../../../../src/carriers/read-log.ts';
import { fc } from '../../../property.ts';
import { hostileLog, KNOWN_LINES } from './hostile-log.ts';
import { workOf } from './work.ts';

const COUNT = Number(process.env.REPLAY_HOSTILE_LOGS ?? 100);
/** A line costs a little by itself, however short it is. */
const COST_OF_LINE = 40;
/** Hostile text is read twice where it fills a region, and its longest lines are asked about by every stage: ten times in the worst case seen. */
const MOST = 16;

/** What `text` costs, by its length. */
function costOf(text: string): number {
  const lines = text.split(/\n|<br|\r/i).length;
  return workOf(() => parseLog(text)) / (text.length + COST_OF_LINE * lines);
}

test('work is counted', () => {
  const text = 'x'.repeat(1000);
  expect(workOf(() => /y/.test(text))).toBeGreaterThan(1000);
  expect(workOf(() => /^y/.test(text))).toBeLessThan(10);
  expect(workOf(() => text.includes('y'))).toBeGreaterThan(1000);
  expect(workOf(() => [...text].every((letter) => letter === 'x'))).toBeGreaterThan(1000);
  // What a parser does that looks at all lines for each line.
  const lines = text.split('');
  expect(workOf(() => lines.map((line) => lines.filter((other) => other === line)))).toBeGreaterThan(1_000_000);
});

test(`each of ${COUNT} hostile logs costs no more than ${MOST} times what real lines cost`, {
  timeout: 7_200_000,
}, () => {
  const most = MOST * costOf(KNOWN_LINES.join('\n'));
  fc.assert(
    fc.property(hostileLog, (text) => {
      expect(costOf(text)).toBeLessThan(most);
    }),
    { numRuns: COUNT },
  );
});
