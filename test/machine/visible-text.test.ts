// What counts as unseen, against the properties of Unicode.

import { expect, test } from 'vitest';
import { jsonText } from '../../src/frontends/json-text.ts';
import { outletLine, outletText, painted } from '../../src/frontends/painted-text.ts';
import { visibleFacts, visibleText } from '../../src/machine/visible-text.ts';
import { HOSTILE, leaks } from '../hostile-text.ts';
import { fc } from '../property.ts';

const isUnseen = (code: number) => visibleText(String.fromCodePoint(code)) !== String.fromCodePoint(code);
const codes = Array.from({ length: 0x11_0000 }, (_, code) => code);
const having = (property: RegExp) => codes.filter((code) => property.test(String.fromCodePoint(code)));

test.each([
  ['controls', /\p{Cc}/u],
  ['line and paragraph separators', /[\p{Zl}\p{Zp}]/u],
  ['surrogates', /\p{Cs}/u],
  ['direction', /\p{Bidi_Control}/u],
  ['what is not drawn', /\p{Default_Ignorable_Code_Point}/u],
  ['noncharacters', /\p{Noncharacter_Code_Point}/u],
])('%s are unseen', (_name, property) => {
  const all = having(property);
  expect(all.length).toBeGreaterThan(1);
  expect(all.filter((code) => !isUnseen(code)).map((code) => code.toString(16))).toEqual([]);
});

test('letters, digits, marks, signs and blanks of every script are left as they are', () => {
  const seen = having(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]/u).filter(
    (code) => !/\p{Default_Ignorable_Code_Point}/u.test(String.fromCodePoint(code)),
  );
  expect(seen.length).toBeGreaterThan(100_000);
  expect(seen.filter(isUnseen).map((code) => code.toString(16))).toEqual([]);
});

test('one notation, in any text, and only once', () => {
  expect(visibleText('a\u001b[2J\n\u202e\u{e0041}\ud800\u{1f600}')).toBe(
    'a\\x1b[2J\\x0a\\u202e\\u{e0041}\\ud800\u{1f600}',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant(HOSTILE))), (pieces) => {
      const text = visibleText(pieces.join(''));
      expect(leaks(text)).toEqual([]);
      expect(visibleText(text)).toBe(text);
    }),
  );
});

test('facts keep everything but their texts', () => {
  const bytes = new Uint8Array([1]);
  const clean = { name: 'foo', list: [{ value: 1, bytes }], nothing: undefined };
  expect(visibleFacts(clean)).toBe(clean);
  const odd = { ...clean, list: [{ value: 1, bytes, text: 'a\u0007' }] };
  expect(visibleFacts(odd)).toEqual({ ...clean, list: [{ value: 1, bytes, text: 'a\\x07' }] });
  expect(visibleFacts(odd).list[0]?.bytes).toBe(bytes);
});

test('JSON is visible and says the same', () => {
  const value = { [HOSTILE]: [HOSTILE, { deeper: `x${HOSTILE}` }] };
  for (const indent of [undefined, 2]) {
    const text = jsonText(value, indent);
    expect(leaks(text)).toEqual([]);
    expect(JSON.parse(text)).toEqual(value);
  }
  expect(jsonText(value).split('\n')).toHaveLength(1);
});

test('a line holds colours of ours and nothing else', () => {
  const line = outletLine(`${HOSTILE} ${painted('1;31', `${HOSTILE}m`)} ${HOSTILE}`);
  expect(leaks(line, { colour: true })).toEqual([]);
  expect(leaks(line)).toHaveLength(1);
  expect(line).toContain(`\u001b[1;31m${visibleText(HOSTILE)}m\u001b[0m`);
  expect(line.split(visibleText(HOSTILE))).toHaveLength(4);
});

test('a line that looks like colour is no colour', () => {
  // What an earlier process drew, and every part of it, is foreign to this one.
  for (const text of ['\u001b[1;31mred', '\ufdd01;31mred', '\ufdd0abc:1;31mred']) {
    expect(leaks(outletLine(text), { colour: true })).toEqual([]);
    expect(outletLine(text)).not.toContain('\u001b');
  }
});

test('as many lines come out as went in', () => {
  expect(outletText(['a', HOSTILE, '', painted('2', HOSTILE)]).split('\n')).toHaveLength(5);
});

test('the check can fail', () => {
  for (const char of HOSTILE) {
    if (isUnseen(char.codePointAt(0) as number) && char !== '\n') expect(leaks(`text ${char} text`)).toHaveLength(1);
  }
  expect(leaks('x\n  reproduced: forged line')).toHaveLength(1);
  expect(leaks('\u001b[31mred\u001b[0m')).toHaveLength(1);
  expect(leaks('\u001b[2J', { colour: true })).toHaveLength(1);
});
