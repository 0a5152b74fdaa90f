// Recorded answers of the real CPU, one line each: they hold where no 32-bit helper can be built, too.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compareCase } from './compare.ts';
import { loadCpu } from './cpu-under-test.ts';
import { parseVector, printVector } from './vector-line.ts';

const FILES = ['cpu-corrections.txt', 'cpu-found.txt', 'fault-kinds.txt'];

function linesOf(file: string): readonly string[] {
  const path = fileURLToPath(new URL(`../vectors/${file}`, import.meta.url));
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const { cpu, decoder } = await loadCpu();

describe.each(FILES)('%s', (file) => {
  const lines = linesOf(file);

  it.each(lines)('%s', (line) => {
    const { native, answer } = parseVector(line, decoder);
    const { compared, difference, declined } = compareCase(cpu, native, answer);
    expect(difference).toBeUndefined();
    expect(declined).toEqual([]);
    expect(compared).toBe(answer.outcomes.length);
  });

  it('prints every line as it is written', () => {
    for (const line of lines) {
      const { name, native, answer } = parseVector(line, decoder);
      expect(printVector(name, native, answer, decoder)).toBe(line);
    }
  });
});
