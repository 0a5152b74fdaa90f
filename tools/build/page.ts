// The page as a static folder: a few files for any host, and one that holds them all.

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
  await build({
    ...COMMON,
    entryPoints: { main: 'src/page/main.tsx', worker: 'src/page/worker.ts' },
    outdir: PAGE,
    format: 'iife',
    plugins: [builtParts, licences(PAGE)],
  });
  copyFileSync(join(RUNTIME, 'unicorn-x86.wasm'), join(PAGE, 'unicorn-x86.wasm'));
  copyFileSync(join(PAGE_PARTS, 'iced_x86_bg.wasm'), join(PAGE, 'iced-x86.wasm'));
  copyFileSync(join(RUNTIME, 'LICENSE.unicorn'), join(PAGE, 'LICENSE.unicorn'));
  copyFileSync(join(PAGE_PARTS, 'LICENSE.iced-x86'), join(PAGE, 'LICENSE.iced-x86'));
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
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return {
    script: script ?? '',
    scriptHash: policyHash(script ?? ''),
    style: style ?? '',
    styleHash: policyHash(style ?? ''),
    version,
  };
}

export function policyHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
