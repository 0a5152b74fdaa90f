// The order of the folders in tools/unicorn-wasm/README.md as a test; what is shipped knows no tool, and no tool another one.

import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';

/** Each may import those before it. */
const TRANSLATOR = ['script', 'numbers', 'code', 'module', 'function'];

const { output } = await cruise(['src', 'tools'], {
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
});
const edges = (output as ICruiseResult).modules.flatMap(({ source, dependencies }) =>
  dependencies.map(({ resolved, circular }) => ({ source, target: resolved, circular })),
);
const ofTools = edges.filter(({ source }) => source.startsWith('tools/'));
const printed = (found: typeof edges) => found.map(({ source, target }) => `${source} -> ${target}`);

test('the tools are looked at', () => {
  expect(ofTools.length).toBeGreaterThan(80);
});

test('there are no import cycles', () => {
  expect(printed(ofTools.filter(({ circular }) => circular))).toEqual([]);
});

test('the folders of the translator import only those before them', () => {
  const rankOf = (path: string) => TRANSLATOR.indexOf(/^tools\/unicorn-wasm\/(\w+)\//.exec(path)?.[1] ?? '');
  const broken = ofTools.filter(({ source, target }) => rankOf(source) >= 0 && rankOf(target) > rankOf(source));
  expect(printed(broken)).toEqual([]);
});

test('nothing that is shipped knows a tool, and a tool knows no other one but wasm', () => {
  const toolOf = (path: string) => /^tools\/([\w-]+)\//.exec(path)?.[1];
  const broken = edges.filter(({ source, target }) => {
    const known = toolOf(target);
    return known !== undefined && known !== 'wasm' && known !== toolOf(source);
  });
  expect(printed(broken)).toEqual([]);
});
