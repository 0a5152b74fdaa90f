// The table of ARCHITECTURE.md as a test: which folder may import which, where Node and the engines may be named.

import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';

const CPU = ['machine', 'decoder', 'emulator', 'cpu'];
const ANALYSIS = ['replay', 'reconstruction', 'session', 'explanation'];
/** Rooms that no row names may import anything: `node`, `index.ts`, `vitest.ts`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machine: [],
  snapshot: ['machine'],
  carriers: ['machine', 'snapshot'],
  decoder: ['machine'],
  emulator: ['machine'],
  cpu: CPU,
  replay: [...CPU, 'snapshot'],
  reconstruction: [...CPU, 'snapshot', 'replay'],
  session: [...CPU, 'replay', 'reconstruction'],
  explanation: ['machine', 'snapshot', 'decoder', 'replay', 'reconstruction'],
  examination: [...CPU, ...ANALYSIS, 'snapshot'],
  scenario: [...CPU, ...ANALYSIS, 'snapshot', 'carriers', 'examination'],
  frontends: [...CPU, ...ANALYSIS, 'snapshot', 'examination', 'scenario'],
};
const MAY_USE_NODE = ['node', 'frontends', 'scenario'];
/** A package and the only files that may name it; the wiring may load it in a quicker way of its own. */
const SOLE_IMPORTERS: readonly [string, RegExp][] = [
  ['iced-x86', /^src\/(decoder\/iced\/iced-namespace\.ts$|node\/runtime\/)/],
  ['capstone-wasm', /^src\/(decoder\/listing\/capstone-(text|wasm\.d)\.ts$|node\/runtime\/)/],
  ['commander', /^src\/node\/cli\//],
];

const { output } = await cruise(
  ['src'],
  { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
  undefined,
  {
    tsConfig: undefined,
  },
);
const { modules } = output as ICruiseResult;
const own = modules.filter(({ source }) => source.startsWith('src/'));
const edges = own.flatMap(({ source, dependencies }) =>
  dependencies.map((dependency) => ({ source, target: dependency.resolved, module: dependency.module, dependency })),
);
const folderOf = (path: string) => path.split('/')[1] ?? '';

test('the whole source tree is looked at', () => {
  expect(own.length).toBeGreaterThan(40);
  expect(edges.length).toBeGreaterThan(100);
});

test('folders import only what the table allows', () => {
  const broken = edges.filter(({ source, target }) => {
    const allowed = MAY_IMPORT[folderOf(source)];
    const isOwn = target.startsWith('src/') && folderOf(target) !== folderOf(source);
    return isOwn && source.split('/').length > 2 && allowed !== undefined && !allowed.includes(folderOf(target));
  });
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});

test('there are no import cycles', () => {
  const cyclic = edges.filter(({ dependency }) => dependency.circular);
  expect(cyclic.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});

test('only the rim uses Node', () => {
  const broken = edges.filter(
    ({ source, dependency }) => dependency.coreModule && !MAY_USE_NODE.includes(folderOf(source)),
  );
  expect(broken.map(({ source, module }) => `${source} -> ${module}`)).toEqual([]);
});

test('each engine is named in its one place', () => {
  const broken = edges.filter(({ source, module, target }) =>
    SOLE_IMPORTERS.some(
      ([name, place]) => (module === name || target.includes(`node_modules/${name}/`)) && !place.test(source),
    ),
  );
  expect(broken.map(({ source, module }) => `${source} -> ${module}`)).toEqual([]);
});

test('only the wiring names the Unicorn adapter', () => {
  const broken = edges.filter(
    ({ source, target }) =>
      target.startsWith('src/emulator/unicorn/') &&
      !source.startsWith('src/emulator/unicorn/') &&
      source !== 'src/node/runtime/load-parts.ts',
  );
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});
