// A product is made again exactly if something that it depends on has changed.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { bringUpToDate, type Product, removeLeftovers } from '../../tools/build/stamp.ts';

function workshop() {
  const folder = mkdtempSync(join(tmpdir(), 'stamp-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  mkdirSync(at('sources/deep'), { recursive: true });
  mkdirSync(at('out'));
  writeFileSync(at('sources/a.txt'), 'one');
  writeFileSync(at('sources/deep/b.txt'), 'two');
  writeFileSync(at('option'), 'plain');
  const product: Product = {
    name: 'sum',
    inputs: [{ path: at('sources'), names: /\.txt$/ }, { path: at('option') }],
    outputs: [{ path: at('out') }],
    make() {
      const parts = ['sources/a.txt', 'sources/deep/b.txt', 'option'].map((name) => readFileSync(at(name), 'utf8'));
      if (parts.includes('bad')) throw new Error('bad input');
      writeFileSync(at('out/sum'), parts.join(' '));
    },
  };
  return {
    at,
    write: (name: string, text: string) => writeFileSync(at(name), text),
    sum: () => readFileSync(at('out/sum'), 'utf8'),
    build: () => bringUpToDate(product, at('stamps')),
    tidy: () => removeLeftovers(at('out'), [{ ...product, outputs: [{ path: at('out/sum') }] }]),
  };
}

test('a product whose inputs are as they were is kept', async () => {
  const { build, sum, write } = workshop();
  expect(await build()).toBe(true);
  expect(await build()).toBe(false);
  // The content counts, not the time at which it was written; files with other names are no inputs.
  write('sources/a.txt', 'one');
  write('sources/notes.md', 'later');
  expect(await build()).toBe(false);
  expect(sum()).toBe('one two plain');
});

test.each([
  ['an input changes', 'sources/deep/b.txt', 'three'],
  ['an input of its own changes', 'option', 'new'],
  ['a file is added to the inputs', 'sources/c.txt', ''],
  ['an output is changed by hand', 'out/sum', 'mine'],
  ['a file is added to the outputs', 'out/left-over', ''],
])('it is made again where %s', async (_, name, text) => {
  const { build, sum, write, at } = workshop();
  await build();
  write(name, text);
  expect(await build()).toBe(true);
  expect(sum()).toBe(
    ['sources/a.txt', 'sources/deep/b.txt', 'option'].map((part) => readFileSync(at(part), 'utf8')).join(' '),
  );
  expect(await build()).toBe(false);
});

test('it is made again where a file is renamed, and where an output is removed', async () => {
  const { at, build } = workshop();
  writeFileSync(at('sources/c.txt'), 'x');
  await build();
  rmSync(at('sources/c.txt'));
  writeFileSync(at('sources/d.txt'), 'x');
  expect(await build()).toBe(true);
  rmSync(at('out/sum'));
  expect(await build()).toBe(true);
});

test('a product that could not be made is made again, even where its input is as it was before', async () => {
  const { build, sum, write } = workshop();
  await build();
  write('option', 'bad');
  await expect(build()).rejects.toThrow('bad input');
  write('option', 'plain');
  expect(await build()).toBe(true);
  expect(sum()).toBe('one two plain');
});

test('what an older build left is removed, what a product makes stays', async () => {
  const { at, build, sum, tidy, write } = workshop();
  await build();
  write('out/older.cache', 'left');
  tidy();
  expect(existsSync(at('out/older.cache'))).toBe(false);
  expect(sum()).toBe('one two plain');
});
