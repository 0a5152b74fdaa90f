// Every form of line, one after the other. `UPDATE_LINES=1` writes the answers into the vector file; read the difference.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLine } from '../../../src/carriers/linux-log/grammar/grammar.ts';
import { printFacts } from './print-facts.ts';

const file = new URL('../../vectors/snapshot-lines.txt', import.meta.url);
const source = readFileSync(file, 'utf8').split('\n');
const isAnswer = (line: string | undefined): boolean => line?.startsWith('    ') ?? false;

function answer(line: string): string {
  return `    ${printFacts(readLine(line)) || '-'}`;
}

if (process.env.UPDATE_LINES) {
  const lines = source.filter((line) => !isAnswer(line));
  writeFileSync(
    file,
    lines.flatMap((line) => (line === '' || /^##? /.test(line) ? [line] : [line, answer(line)])).join('\n'),
  );
}

const cases = readFileSync(file, 'utf8')
  .split('\n')
  .flatMap((line, index, all): [string, string][] => (isAnswer(all[index + 1]) ? [[line, all[index + 1] ?? '']] : []));

test('the vector file holds cases', () => {
  expect(cases.length).toBeGreaterThan(120);
});

test.each(cases)('%s', (line, expected) => {
  expect(answer(line)).toBe(expected);
});
