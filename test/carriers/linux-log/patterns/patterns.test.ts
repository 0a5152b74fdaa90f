// No pattern of the parser costs more than linear time, whatever the text. Steps are counted, not timed: the answer is the same on every machine.

import { describe, expect, test } from 'vitest';
import { countedPattern } from './backtracking.ts';
import { superLinear } from './growth.ts';
import { patternsOfSource } from './source-patterns.ts';
import { textOf, worstCases } from './worst-cases.ts';

const { patterns, unseen } = await patternsOfSource(['carriers', 'snapshot']);
const distinct = [...new Map(patterns.map((found) => [String(found.pattern), found])).values()];

/** Patterns that were once in the parser or are known to be bad, and what the engine needs for them. */
const BAD: readonly (readonly [string, RegExp])[] = [
  ['nested', /^(?:a+)+$/],
  ['two alternatives for one text', /^(?:a|[ab])*c/],
  ['marks that open and close', /^\+?(?: ?[<([*]?[0-9a-f]{2}[>)\]*]?)+\s*$/i],
  ['adjacent', / #\d| [2-9]\.\d{1,2}[.\d]*\S* /],
  ['adjacent, with a word between', /^a*b?a*c/],
  ['blanks at the end', / +$/],
  ['carriage returns at the end', /\r+$/],
  ['anything behind a bracket', /\[.*\]$/],
  ['anything behind a word', / in(?: [^[\]]*)?$| in [^[\]]*\[[^\]]*$/],
  ['a parenthesis that is not closed', /\(core[^)]*$/],
  ['a prompt', /^\S*\[root@\S+ \S+\]# /],
  ['blanks before a word', /^VLI$| *VLI$/],
  ['a class that takes nearly all behind another', /^\w+(?: \[([\w-]+)[^\]]*\]?)?$/],
  ['a lookahead that fails', /x+(?=y)/],
  ['a lookbehind that runs back', /(?<=a.*)b/],
  ['long but bounded, twice', /\w{0,300}:\w{0,300}!/],
];

describe('the measure', () => {
  test.each(BAD)('finds: %s', (_name, pattern) => {
    expect(superLinear(pattern)).toBeDefined();
  });

  test.each([/^\s*[0-9a-f]{8}(?:\s|$)/i, /(?:^|[^A-Z])BUG(?::| at )/, /^(?:[a-z]+ )*$/, /\s+/g, / [2-9]\.\d\S* /])(
    'finds nothing in %s',
    (pattern) => {
      expect(superLinear(pattern)).toBeUndefined();
    },
  );

  test('matches as the engine does', () => {
    let matching = 0;
    for (const { pattern } of distinct) {
      const counted = countedPattern(pattern);
      const engine = new RegExp(pattern.source, pattern.flags.replace('g', ''));
      for (const shape of worstCases(pattern).slice(0, 40))
        for (const text of [shape.before + shape.pump, textOf(shape, 12)]) {
          const isMatch = engine.test(text);
          matching += Number(isMatch);
          expect(counted.matches(text), `${pattern} in ${JSON.stringify(text)}`).toBe(isMatch);
        }
    }
    expect(matching).toBeGreaterThan(distinct.length);
  });
});

test('every pattern of the source is looked at', () => {
  expect(unseen).toEqual([]);
  expect(patterns.length).toBeGreaterThan(300);
});

test('the work of each grows as the text does', { timeout: 240_000 }, () => {
  const found = distinct.flatMap(({ place, pattern }) => {
    const finding = superLinear(pattern);
    return finding ? [{ place, pattern: String(pattern), ...finding }] : [];
  });
  expect(found).toEqual([]);
});
