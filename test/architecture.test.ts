// The table of ARCHITECTURE.md as a test: which folder may import which, where Node and the engines may be named.

import { readFileSync } from 'node:fs';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { expect, test } from 'vitest';

const CPU = ['machine', 'decoder', 'emulator', 'cpu'];
const ANALYSIS = ['replay', 'reconstruction', 'session', 'explanation', 'diagnosis'];
/** Rooms that no row names may import anything: `node`, `index.ts`, `vitest.ts`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  machine: [],
  snapshot: ['machine'],
  carriers: ['machine', 'snapshot'],
  binary: [],
  'binary-match': ['binary'],
  decoder: ['machine'],
  emulator: ['machine'],
  cpu: CPU,
  replay: [...CPU, 'snapshot'],
  reconstruction: [...CPU, 'snapshot', 'replay'],
  session: [...CPU, 'replay', 'reconstruction'],
  explanation: ['machine', 'snapshot', 'decoder', 'replay', 'reconstruction'],
  diagnosis: ['machine', 'snapshot', 'decoder', 'replay', 'reconstruction'],
  examination: [...CPU, ...ANALYSIS, 'snapshot'],
  scenario: [...CPU, ...ANALYSIS, 'snapshot', 'carriers', 'examination'],
  frontends: [...CPU, ...ANALYSIS, 'snapshot', 'examination', 'scenario'],
  page: [...CPU, ...ANALYSIS, 'snapshot', 'carriers', 'examination', 'frontends'],
};
/** The wings of `frontends`; the types that lie beside them are open to all. */
const WING_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  wording: [],
  text: ['wording', 'json'],
  json: ['wording'],
  view: ['wording', 'json'],
  report: ['view', 'json'],
  repl: ['wording'],
  gdb: ['wording'],
};
const MAY_USE_NODE = ['node'];
/** A package and the only files that may name it. */
const SOLE_IMPORTERS: readonly [string, RegExp][] = [
  ['iced-x86', /^src\/decoder\/iced\/iced-namespace\.ts$/],
  ['capstone-wasm', /^src\/node\/runtime\/(load-parts|capstone-wasm\.d)\.ts$/],
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

test('one table names the carriers, and no carrier knows another', () => {
  const carrierOf = (path: string) => /^src\/carriers\/([^/]+)\//.exec(path)?.[1];
  const broken = edges.filter(({ source, target }) => {
    const [from, to] = [carrierOf(source), carrierOf(target)];
    return to !== undefined && from !== to && source !== 'src/carriers/all-carriers.ts';
  });
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});

test('the wings of the front ends know nothing of each other but the words', () => {
  const wingOf = (path: string) => /^src\/frontends\/([^/]+)\//.exec(path)?.[1];
  const broken = edges.filter(({ source, target }) => {
    const [from, to] = [wingOf(source), wingOf(target)];
    return from !== undefined && to !== undefined && from !== to && !WING_MAY_IMPORT[from]?.includes(to);
  });
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
  const wings = new Set(own.flatMap(({ source }) => wingOf(source) ?? []));
  expect([...wings].sort()).toEqual(Object.keys(WING_MAY_IMPORT).sort());
});

test('the text is a function of the JSON: it knows the contract, words and the machine, and nothing that a crash is worked out with', () => {
  // What scenarios say is shown by the same wing; it is no view of a report.
  const isReport = (path: string) => path.startsWith('src/frontends/text/') && !/\/scenario-[^/]*$/.test(path);
  const allowed =
    /^src\/(?:machine\/|frontends\/(?:text\/|wording\/unbroken\.ts$|painted-text\.ts$|json\/contract\/report\.ts$))/;
  const reports = edges.filter(({ source, target }) => isReport(source) && target.startsWith('src/'));
  expect(reports.length).toBeGreaterThan(20);
  const broken = reports.filter(
    ({ target, dependency }) =>
      !allowed.test(target) || (target.includes('/json/') && !dependency.dependencyTypes.includes('type-only')),
  );
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});

test('the view is a function of the JSON, and touches no browser: only what runs in a file does', () => {
  const drawn = edges.filter(
    ({ source, target }) => source.startsWith('src/frontends/view/') && target.startsWith('src/'),
  );
  const allowed = /^src\/(?:machine\/|frontends\/(?:view\/|wording\/value\.ts$|json\/contract\/report\.ts$))/;
  expect(drawn.length).toBeGreaterThan(20);
  expect(
    drawn.filter(({ target }) => !allowed.test(target)).map(({ source, target }) => `${source} -> ${target}`),
  ).toEqual([]);
  const files = own.map(({ source }) => source).filter((source) => /^src\/frontends\/(view|report)\//.test(source));
  const text = (source: string) => readFileSync(source, 'utf8');
  expect(files.filter((source) => /innerHTML|\bfetch\(|XMLHttpRequest|\beval\(/i.test(text(source)))).toEqual([]);
  const touching = files.filter((source) => /\b(?:document|window)\.\w/.test(text(source)));
  expect(touching).toEqual(['src/frontends/report/client.tsx']);
});

test('words are made of codes: outside of machine, wording imports types alone', () => {
  const broken = edges.filter(
    ({ source, target, dependency }) =>
      source.startsWith('src/frontends/wording/') &&
      !/^src\/(machine|frontends)\//.test(target) &&
      !dependency.dependencyTypes.includes('type-only'),
  );
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
      !['src/node/runtime/load-parts.ts', 'src/page/runtime.ts'].includes(source),
  );
  expect(broken.map(({ source, target }) => `${source} -> ${target}`)).toEqual([]);
});

/** What writes to a terminal, or writes JSON, and the only files that may: each makes what it writes visible. */
const OUTLETS: readonly [string, RegExp, readonly string[]][] = [
  [
    'standard streams',
    /process\.std(out|err)\.write\((?!'')|\bwriteSync\(|\bconsole\./,
    ['node/cli/launcher.ts', 'node/files/standard-stream.ts'],
  ],
  ['escape sequences', /\\u001b|\\x1b\[|\\e\[/, ['frontends/painted-text.ts', 'node/files/standard-stream.ts']],
  ['JSON', /JSON\.stringify\(/, ['frontends/json-text.ts']],
];

test.each(OUTLETS)('%s: written by the outlet alone', (_name, writes, places) => {
  const written = own.filter(({ source }) => ['node', 'frontends'].includes(folderOf(source)));
  const found = written.filter(({ source }) => writes.test(readFileSync(source, 'utf8'))).map(({ source }) => source);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter((source) => !places.some((place) => source === `src/${place}`))).toEqual([]);
});

test('no Node module can be reached from index.ts: a browser can import it', () => {
  const reached = new Set(['src/index.ts']);
  for (const source of reached)
    for (const edge of edges) if (edge.source === source && edge.target.startsWith('src/')) reached.add(edge.target);
  expect(reached.size).toBeGreaterThan(100);
  const broken = edges.filter(({ source, dependency }) => reached.has(source) && dependency.coreModule);
  expect(broken.map(({ source, module }) => `${source} -> ${module}`)).toEqual([]);
});

test('how a start is made quick is known in node/runtime alone, and V8 is told nothing', () => {
  const runtime = 'src/node/runtime/';
  const outside = edges.filter(({ source }) => !source.startsWith(runtime));
  const scripts = outside.filter(({ module }) => /^(?:node:)?(?:vm|v8)$/.test(module)).map(({ source }) => source);
  expect(scripts).toEqual(['src/node/cli/commands/time-limit.ts']);
  expect(edges.filter(({ module }) => /^(?:node:)?v8$/.test(module)).map(({ source }) => source)).toEqual([]);
  const doors = outside
    .filter(({ target }) => target.startsWith(runtime))
    .map(({ source, target }) => `${source} -> ${target}`);
  expect(doors.filter((door) => !door.endsWith('/load-parts.ts')).sort()).toEqual([
    'src/node/cli/command-line.ts -> src/node/runtime/modules.ts',
    'src/node/cli/commands/html-command.ts -> src/node/runtime/report-assets.ts',
    'src/node/cli/commands/serve-command.ts -> src/node/runtime/page-files.ts',
    'src/node/cli/launcher.ts -> src/node/runtime/code-cache.ts',
    'src/node/cli/launcher.ts -> src/node/runtime/modules.ts',
    'src/node/scan/fast-search.ts -> src/node/runtime/runtime-files.ts',
  ]);
});

test('snapshot/ is inert: no function of it takes text or bytes, but the one that carriers and replay share', () => {
  const functions = own.flatMap(({ source }) =>
    folderOf(source) === 'snapshot'
      ? [...readFileSync(source, 'utf8').matchAll(/^export (?:async )?function \w+[^(]*\(([^)]*)\)/gm)].map(
          (match) => [source, match[1] ?? ''] as const,
        )
      : [],
  );
  expect(functions.length).toBeGreaterThan(3);
  const readers = functions.filter(([, parameters]) =>
    /:.*\b(string|Uint8Array|ArrayBuffer|DataView|CodeWindow|StackDump|MemorySegment)\b/.test(parameters),
  );
  expect(readers.map(([source]) => source)).toEqual(['src/snapshot/inline-bug.ts']);
});

test('nothing above the carriers but the front ends and the rim looks into evidence', () => {
  const readers = edges.filter(
    ({ source, target, dependency }) =>
      target === 'src/snapshot/evidence.ts' && !dependency.dependencyTypes.includes('type-only') && source !== target,
  );
  const rooms = new Set(readers.map(({ source }) => folderOf(source)));
  expect([...rooms].filter((room) => ['replay', 'reconstruction', 'session', 'explanation'].includes(room))).toEqual(
    [],
  );
});
