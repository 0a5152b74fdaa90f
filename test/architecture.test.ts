// The table of ARCHITECTURE.md as a test: which folder may import which, where Node and the engines may be named.

import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machine: [],
  snapshot: ['machine'],
  carriers: ['machine', 'snapshot'],
  decoder: ['machine'],
  emulator: ['machine'],
  cpu: ['machine', 'decoder', 'emulator'],
  replay: ['machine', 'snapshot', 'decoder', 'emulator', 'cpu'],
  reconstruction: ['machine', 'snapshot', 'decoder', 'emulator', 'cpu', 'replay'],
  session: ['machine', 'decoder', 'emulator', 'cpu', 'replay', 'reconstruction'],
  explanation: ['machine', 'snapshot', 'decoder', 'replay', 'reconstruction'],
  scenario: [
    'machine',
    'snapshot',
    'carriers',
    'decoder',
    'emulator',
    'cpu',
    'replay',
    'reconstruction',
    'session',
    'explanation',
  ],
  frontends: [
    'machine',
    'snapshot',
    'decoder',
    'emulator',
    'replay',
    'reconstruction',
    'session',
    'explanation',
    'scenario',
  ],
};
const MAY_USE_NODE = ['node'];
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
