// The terminal front end apart from its stories: whatever is typed is answered, the view fits, names complete.

import { beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/frontends/repl/commands/all-commands.ts';
import { Interpreter } from '../../src/frontends/repl/interpreter.ts';
import { coloured, plain } from '../../src/frontends/repl/paint.ts';
import type { OpenedSession } from '../../src/node/cli/commands/open-log.ts';
import { fc } from '../property.ts';
import { SAMPLE, sessionOf } from '../session/session-of.ts';

let opened: OpenedSession;

beforeAll(async () => {
  opened = await sessionOf(SAMPLE);
});

function interpreter(size?: { columns: number; rows: number; paint?: typeof plain }): Interpreter {
  const { session, annotations, source } = opened;
  const desk = { target: session, annotations, source, writeFile: () => undefined };
  return new Interpreter(desk, size && (() => ({ paint: plain, ...size })));
}

const word = fc.oneof(
  fc.constantFrom(...COMMANDS.flatMap(({ names }) => names)),
  fc.constantFrom(
    '$eax',
    '$zf',
    '*',
    '(',
    ')',
    '-1',
    '0xf21fea80',
    '/8wx',
    '/i',
    '=',
    'if',
    '==',
    '0',
    '{short}',
    'start',
    'came',
    'from',
  ),
  fc.string({ maxLength: 6 }),
);

test('whatever is typed is answered', () => {
  const repl = interpreter();
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (words) => {
      const { lines } = repl.run(words.join(' '));
      for (const line of lines) expect(line).not.toMatch(/undefined|NaN|\[object/);
    }),
    { numRuns: 1500 },
  );
});

test.each([
  [80, 24],
  [60, 20],
  [40, 24],
  [200, 60],
])('the view fits %i columns and %i rows', (columns, rows) => {
  const repl = interpreter({ columns, rows });
  for (const command of ['end', ...Array<string>(14).fill('rsi'), 'c', 'map 9e28e000', 'si', 'c']) {
    const { lines } = repl.run(command);
    expect(lines.length, command).toBeLessThan(rows);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
  }
  opened.session.diversions.drop();
});

test('colour adds nothing but colour', () => {
  const size = { columns: 80, rows: 24 };
  const bare = interpreter(size);
  const painted = interpreter({ ...size, paint: coloured });
  for (const command of ['end', 'rsi', 'rsi', 'rc', 'c']) {
    opened.session.travel.seek(5);
    const plainLines = bare.run(command).lines;
    opened.session.travel.seek(5);
    const colouredLines = painted.run(command).lines;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours.
    expect(colouredLines.map((line) => line.replace(/\u001b\[[\d;]*m/g, ''))).toEqual(plainLines);
  }
});

test('Enter repeats a move and nothing else', () => {
  const repl = interpreter();
  repl.run('seek 5');
  repl.run('');
  expect(opened.session.place.position).toBe(5);
  repl.run('si');
  repl.run('');
  expect(opened.session.place.position).toBe(7);
  expect(repl.run('x/2wx $esp').lines[0]).toMatch(/^d4b85e14:/);
  expect(repl.run('').lines[0]).toMatch(/^d4b85e1c:/);
});

test('commands, topics and registers complete', () => {
  const repl = interpreter();
  expect(repl.complete('dis')).toEqual([['disassemble ', 'disable '], 'dis']);
  expect(repl.complete('info reg')).toEqual([['registers'], 'reg']);
  expect(repl.complete('p $eax+$e')[0]).toContain('$ebx');
  expect(repl.complete('step b')).toEqual([['back'], 'b']);
});

test('every command is in the help, in 80 columns', () => {
  const repl = interpreter();
  const overview = repl.run('help').lines;
  for (const { names } of COMMANDS) {
    expect(overview.some((line) => line.includes(`  ${names[0]}`))).toBe(true);
    for (const line of repl.run(`help ${names[0]}`).lines) expect(line.length, line).toBeLessThanOrEqual(80);
  }
  for (const line of overview) expect(line.length, line).toBeLessThanOrEqual(80);
});
