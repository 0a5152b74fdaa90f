// Recorded answers of real CPUs, one line each: they hold where no 32-bit helper can be built, too. A name that ends in `@amd`, `@intel` or
// `@amd-kvm` says on which processors the line holds; every other line holds on all of them.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ProcessorModel } from '../../src/cpu/cpu.ts';
import { compareCase, MODELS } from './compare.ts';
import { loadCpu } from './cpu-under-test.ts';
import { parseVector, printVector } from './vector-line.ts';

const FILES = ['cpu-corrections.txt', 'cpu-found.txt', 'fault-kinds.txt', 'cpu-by-processor.txt'];

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
    const { name, native, answer } = parseVector(line, decoder);
    const [, maker] = name.split('@');
    const models = maker === undefined ? [...MODELS, 'hardware' as const] : [maker as ProcessorModel];
    for (const model of models) {
      const { compared, difference, declined } = compareCase(cpu, native, answer, model);
      expect(difference, model).toBeUndefined();
      expect(declined, model).toEqual([]);
      expect(compared, model).toBe(answer.outcomes.length);
    }
    // Where the maker is not known, what only its processors do is not claimed.
    if (maker === 'amd' || maker === 'intel')
      expect(compareCase(cpu, native, answer, 'hardware').difference).toBeUndefined();
  });

  it('gives what the processors of one maker do beside what those of the other do', () => {
    const inputs = (maker: string) =>
      lines.filter((line) => line.includes(`@${maker}: `)).map((line) => line.replace(/@.*?:(.*) -> .*/, '$1'));
    expect(inputs('intel')).toEqual(inputs('amd'));
  });

  it('prints every line as it is written', () => {
    for (const line of lines) {
      const { name, native, answer } = parseVector(line, decoder);
      expect(printVector(name, native, answer, decoder)).toBe(line);
    }
  });
});
