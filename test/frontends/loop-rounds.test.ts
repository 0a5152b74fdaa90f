// Rounds of a loop in the lead-up: of many the text shows the last ones.

import { expect, it } from 'vitest';
import { foldedRounds } from '../../src/frontends/text/loop-rounds.ts';

it.each([
  ['six rounds of two', [0, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 6], [{ from: 1, to: 7, rounds: 6, shown: 3 }]],
  ['four rounds and a part of one', [1, 3, 1, 3, 1, 3, 1, 3, 1], [{ from: 0, to: 2, rounds: 4, shown: 3 }]],
  ['three rounds stay', [1, 3, 1, 3, 1, 3], []],
  ['no loop', [1, 2, 3, 4, 5, 6, 7, 8], []],
  ['a loop of one instruction', [5, 5, 5, 5, 5, 7], [{ from: 0, to: 2, rounds: 5, shown: 3 }]],
  ['an outer loop', [0, 2, 2, 4, 0, 2, 2, 4, 0, 2, 2, 4, 0, 2, 2, 4], [{ from: 0, to: 4, rounds: 4, shown: 3 }]],
])('%s', (_, offsets, folds) => {
  expect(foldedRounds(offsets)).toEqual(folds);
});
