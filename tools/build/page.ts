// The page as a static folder: a few files for any host, and one that holds them all.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { BuildOptions, Plugin } from 'esbuild';
import { build } from 'esbuild';
import { licences } from './licences.ts';

export const PAGE = 'dist/page';
/** What only the build needs. */
export const PAGE_PARTS = 'dist/page-parts';
const RUNTIME = 'dist/runtime';

export async function bundlePage(): Promise<void> {
  rmSync(PAGE, { recursive: true, force: true });
  mkdirSync(PAGE, { recursive: true });
  const scripts = { main: 'src/page/main.tsx', worker: 'src/page/worker.ts' };
  await build({ ...COMMON, entryPoints: scripts, outdir: PAGE, format: 'iife', plugins: [builtParts, licences(PAGE)] });
  await build({ ...COMMON, entryPoints: { style: 'src/page/page.css' }, outdir: PAGE });
  const prerender = join(PAGE_PARTS, 'prerender.mjs');
  await build({
    ...COMMON,
    entryPoints: ['src/page/prerender.ts'],
    outfile: prerender,
    format: 'esm',
    plugins: [builtParts],
  });
  for (const [from, to] of COPIES) copyFileSync(from, join(PAGE, to));
  writeFileSync(join(PAGE, 'SOURCE.txt'), sourceText());
  await writeDocuments(
    (await import(pathToFileURL(resolve(prerender)).href)) as typeof import('../../src/page/prerender.ts'),
  );
  await writeOffline();
}

/** Files that lie in the folder as they are. The licence of the engine is that of the package, in the same words. */
const COPIES: readonly (readonly [string, string])[] = [
  [join(RUNTIME, 'unicorn-x86.wasm'), 'unicorn-x86.wasm'],
  [join(PAGE_PARTS, 'iced_x86_bg.wasm'), 'iced-x86.wasm'],
  [join(PAGE_PARTS, 'LICENSE.iced-x86'), 'LICENSE.iced-x86'],
  ['LICENSE', 'LICENSE.txt'],
];
const LICENCES = ['SOURCE.txt', 'LICENSE.txt', 'LICENSE.iced-x86', 'LICENSE.preact'];

/** Whoever passes the page on has to say where its source is. */
function sourceText(): string {
  return `This page was built of the package ${ofPackage().name} ${ofPackage().version}, which holds its whole source. Whoever passes the page on
passes that on too, or offers it, as the GNU General Public License asks. The package says of itself:

${readFileSync('NOTICE', 'utf8')}`;
}

function ofPackage(): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };
}

const EXAMPLE = 'scenarios/kni-fifo-put/oops.log';

async function writeDocuments(page: typeof import('../../src/page/prerender.ts')): Promise<void> {
  const read = (name: string) => readFileSync(join(PAGE, name));
  const [engine, iced] = await Promise.all(
    ['unicorn-x86.wasm', 'iced-x86.wasm'].map((name) => WebAssembly.compile(read(name))),
  );
  if (engine === undefined || iced === undefined) return;
  const example = page.workOut({ engine, iced }, readFileSync(EXAMPLE, 'utf8'));
  writeFileSync(join(PAGE, 'index.html'), page.pageDocument(example, { kind: 'folder' }));
  const [script, style] = ['main.js', 'style.css'].map((name) => read(name).toString().trim());
  const pack = (name: string) => gzipSync(read(name), { level: 9 }).toString('base64');
  const whole = {
    kind: 'whole' as const,
    script: script ?? '',
    scriptHash: policyHash(script ?? ''),
    style: style ?? '',
    styleHash: policyHash(style ?? ''),
    licences: Object.fromEntries(LICENCES.map((name) => [name, read(name).toString()])),
    held: { engine: pack('unicorn-x86.wasm'), iced: pack('iced-x86.wasm'), worker: pack('worker.js') },
  };
  writeFileSync(join(PAGE, WHOLE), page.pageDocument(example, whole));
}

/** The one file that holds everything. */
const WHOLE = 'replay.html';

async function writeOffline(): Promise<void> {
  const names = readdirSync(PAGE).filter((name) => name !== WHOLE);
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(readFileSync(join(PAGE, name)));
  const files = ['./', ...names.filter((name) => name !== 'index.html').map((name) => `./${name}`)];
  await build({
    ...COMMON,
    entryPoints: { offline: 'src/page/offline.ts' },
    outdir: PAGE,
    format: 'iife',
    define: { PAGE_FILES: JSON.stringify(files), PAGE_HASH: JSON.stringify(hash.digest('hex').slice(0, 16)) },
  });
}

const COMMON: BuildOptions = {
  bundle: true,
  minify: true,
  charset: 'ascii',
  target: 'es2022',
  metafile: true,
  logLevel: 'warning',
};

/** The modules `replay:…` of src/page/built.d.ts. */
const builtParts: Plugin = {
  name: 'built-parts',
  setup(builder) {
    builder.onResolve({ filter: /^replay:iced$/ }, () => ({ path: resolve(PAGE_PARTS, 'iced-x86.mjs') }));
    builder.onResolve({ filter: /^replay:assets$/ }, ({ path }) => ({ path, namespace: 'built' }));
    builder.onLoad({ filter: /^/, namespace: 'built' }, () => ({
      contents: `export const assets = ${JSON.stringify(reportAssets())};`,
    }));
  },
};

function reportAssets(): Readonly<Record<string, string>> {
  const [script, style] = ['report.js', 'report.css'].map((name) => readFileSync(join(RUNTIME, name), 'utf8'));
  const { version } = ofPackage();
  return {
    script: script ?? '',
    scriptHash: policyHash(script ?? ''),
    style: style ?? '',
    styleHash: policyHash(style ?? ''),
    version,
  };
}

function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
