// What the build makes, what of, and how.

import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { bundleCommand, bundleLibrary, bundleReport, LIBRARY_BUNDLES } from './bundles.ts';
import { DECLARATIONS, rollUpDeclarations } from './declarations.ts';
import { bundlePage, PAGE, PAGE_PARTS } from './page.ts';
import { runScript } from './run.ts';
import type { Files, Product } from './stamp.ts';

const RUNTIME = 'dist/runtime';
const ENGINE_SCRIPT = 'node_modules/@specy/x86/dist/x86/deps/unicorn-x86.min.js';
/** What packages are meant to be installed, and what npm installed. */
const INSTALLED = files('package-lock.json', 'node_modules/.package-lock.json');
const BUILD = files('dist/tools/build/main.js');
const SOURCES = files('src');

function files(...paths: readonly string[]): readonly Files[] {
  return paths.map((path) => ({ path }));
}

/** What a tool writes into `RUNTIME`. Its bundle holds all of its own code, so that is an input like what it reads. */
function toolProduct(tool: string, { folder = RUNTIME, name = tool, options = [], reads, writes }: ToolRun): Product {
  const script = `dist/tools/${tool}/main.js`;
  return {
    name,
    inputs: [...INSTALLED, ...files(script, ...reads)],
    outputs: files(...writes.map((file) => join(folder, file))),
    make() {
      mkdirSync(folder, { recursive: true });
      return runScript(script, [folder, ...options]);
    },
  };
}

interface ToolRun {
  /** Where it writes; `RUNTIME` unless it says otherwise. */
  readonly folder?: string;
  /** Of the product, where a tool makes two. */
  readonly name?: string;
  readonly options?: readonly string[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

const engine = toolProduct('unicorn-wasm', {
  reads: [ENGINE_SCRIPT, 'node_modules/@specy/x86/LICENSE'],
  writes: ['unicorn-x86.wasm', 'LICENSE.unicorn'],
});

const ICED_FILES = ['iced-x86.mjs', 'iced_x86_bg.wasm', 'LICENSE.iced-x86'];
const DECODES = 'src/decoder/iced';
const LISTS = 'src/decoder/listing/iced-text.ts';

const disassembler = toolProduct('iced-trim', {
  options: [DECODES],
  reads: ['node_modules/iced-x86', DECODES],
  writes: ICED_FILES,
});

/** The page's own has the formatters too, as capstone may not be passed on. */
const pageDisassembler = toolProduct('iced-trim', {
  folder: PAGE_PARTS,
  name: 'iced-trim-page',
  options: [DECODES, LISTS],
  reads: ['node_modules/iced-x86', DECODES, LISTS],
  writes: ICED_FILES,
});

const signSearch = toolProduct('sign-search', {
  reads: ['src/carriers/linux-log/scan/byte-search.wat'],
  writes: ['sign-search.wasm'],
});

const manual = toolProduct('manual', { folder: 'dist/man', reads: [], writes: ['replay.1'] });

const report: Product = {
  name: 'report',
  inputs: [...INSTALLED, ...BUILD, ...SOURCES, ...files('tsconfig.json')],
  outputs: files(...['report.js', 'report.css', 'LICENSE.preact'].map((name) => join(RUNTIME, name))),
  make() {
    mkdirSync(RUNTIME, { recursive: true });
    return bundleReport();
  },
};

/** Each module by itself, for the benches, with its declaration, for the types of the library. */
const modules: Product = {
  name: 'modules',
  inputs: [...INSTALLED, ...BUILD, ...SOURCES, ...files('tsconfig.json', 'tsconfig.build.json')],
  outputs: files('dist/modules'),
  make() {
    rmSync('dist/modules', { recursive: true, force: true });
    return runScript('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
  },
};

const declarations: Product = {
  name: 'declarations',
  inputs: [...INSTALLED, ...BUILD, { path: 'dist/modules', names: DECLARATIONS }],
  outputs: [{ path: 'dist/lib', names: DECLARATIONS }],
  make: rollUpDeclarations,
};

/** What is needed beside the files of the package to build it again: npm packs no lockfile, and the engine is made of a script. */
const source: Product = {
  name: 'source',
  inputs: files('package-lock.json', ENGINE_SCRIPT),
  outputs: files('dist/source'),
  make() {
    mkdirSync('dist/source', { recursive: true });
    for (const file of ['package-lock.json', ENGINE_SCRIPT]) copyFileSync(file, join('dist/source', basename(file)));
  },
};

const BUNDLED = [...INSTALLED, ...BUILD, ...SOURCES, ...disassembler.outputs];
const COMPILED = 'dist/cli/replay.js.compiled';

const command: Product = {
  name: 'command',
  inputs: BUNDLED,
  outputs: [{ path: 'dist/cli', names: /^(?!.*\.compiled$)/ }],
  make: bundleCommand,
};

const library: Product = {
  name: 'library',
  inputs: BUNDLED,
  outputs: [{ path: 'dist/lib', names: LIBRARY_BUNDLES }],
  make: bundleLibrary,
};

/** What V8 compiled of the command while it explained a sample; it serves this checkout and this Node. */
const compiledForm: Product = {
  name: 'compiled-form',
  inputs: [
    ...INSTALLED,
    ...[engine, disassembler, command].flatMap(({ outputs }) => outputs),
    ...files('dist/tools/build/keep-compiled.js', 'scenarios/kni-fifo-put/oops.log'),
  ],
  outputs: files(COMPILED),
  async make() {
    rmSync(COMPILED, { force: true });
    const script = 'dist/tools/build/keep-compiled.js';
    await runScript(script, [resolve('dist/cli/replay.js'), 'scenarios/kni-fifo-put/oops.log'], true);
  },
};

/** The static folder of the page, and the one file that holds it all. */
const page: Product = {
  name: 'page',
  inputs: [
    ...INSTALLED,
    ...BUILD,
    ...SOURCES,
    ...[engine, pageDisassembler, report].flatMap(({ outputs }) => outputs),
    ...files('scenarios/kni-fifo-put/oops.log', 'package.json'),
  ],
  outputs: files(PAGE),
  make: bundlePage,
};

/** Those of one row are made at the same time, of what is in the rows before it. */
export const PRODUCTS: readonly (readonly Product[])[] = [
  [modules, engine, disassembler, pageDisassembler, signSearch, source, report, manual],
  [command, library, declarations, page],
  [compiledForm],
];
