// The terminal front end apart from its stories: whatever is typed is answered, the view fits, names complete.

import { beforeAll, expect, test } from 'vitest';
import { outletLine } from '../../src/frontends/painted-text.ts';
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
    expect(colouredLines.map((line) => outletLine(line).replace(/\u001b\[[\d;]*m/g, ''))).toEqual(plainLines);
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
  expect(repl.complete('dis')).toEqual([['disassemble ', 'display ', 'disable '], 'dis']);
  expect(repl.complete('info reg')).toEqual([['registers'], 'reg']);
  expect(repl.complete('p $eax+$e')[0]).toContain('$ebx');
  expect(repl.complete('step b')).toEqual([['back'], 'b']);
});

test('functions that the log names complete where an address can stand', () => {
  const repl = interpreter();
  const { symbolNames } = opened.annotations;
  expect(symbolNames).toContain('kni_net_process_request');
  expect(symbolNames.length).toBeGreaterThan(8);
  for (const name of symbolNames) expect(repl.run(`p ${name}`).lines[0], name).toMatch(/ = 0x[c-f][0-9a-f]{7} /);
  for (const [typed, word] of [
    ['b *kni_net_pro', 'kni_net_pro'],
    ['until *kni_net_pro', 'kni_net_pro'],
    ['p $eax+kni_net_pro', 'kni_net_pro'],
    ['x/5i kni_net_pro', 'kni_net_pro'],
    ['display/i kni_net_pro', 'kni_net_pro'],
    ['info symbol kni_net_pro', 'kni_net_pro'],
  ] as const) {
    expect(repl.complete(typed), typed).toEqual([['kni_net_process_request'], word]);
  }
  expect(repl.complete('b *')).toEqual([symbolNames, '']);
  expect(repl.complete('restart kni')).toEqual([[], 'kni']);
});

test('what is displayed leaves the view on the screen, and has a bound', () => {
  const rows = 40;
  const repl = interpreter({ columns: 80, rows });
  for (const text of ['$eax', '$ebx', '/2wx $esp', '/i $pc'])
    repl.run(`display${text.startsWith('/') ? '' : ' '}${text}`);
  repl.run('end');
  const { lines } = repl.run('rsi');
  expect(lines.length).toBeLessThan(rows);
  expect(lines.slice(-6)).toEqual([
    '1: $eax = 0xf21fea80  (derived)  kernel address (lowmem or vmalloc)',
    expect.stringMatching(/^2: \$ebx = 0xd2ac9d00 {2}\(derived\)/),
    '3: x/2wx $esp',
    expect.stringMatching(/^d4b85e14: /),
    '4: x/i $pc',
    '=> f88a5aea  add    $0x4,%ecx',
  ]);
  for (let i = 0; i < 60; i++) expect(repl.run('display 1').failed).toBe(false);
  expect(repl.run('display 1').lines).toEqual(['64 are displayed already; undisplay N deletes one.']);
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
