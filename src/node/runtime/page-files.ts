// The files of the page, as the build made them.

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { ReplayError } from '../../machine/errors.ts';
import type { ServedFile } from '../servers/page-server.ts';
import { ENGINE_FILE, runtimeFile, runtimeFolder } from './runtime-files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};
/** They are for hosts: the page that everything is in, and what keeps it for later. */
const LEFT_OUT: ReadonlySet<string> = new Set(['replay.html', 'offline.js']);

/**
 * The page for a server that has logs beside it. The engine is that of the command, which the package holds once. Throws ReplayError
 * 'engine/missing' where the package was not built.
 */
export function loadPage(): readonly ServedFile[] {
  const document = runtimeFile('../page/index.html');
  if (document === undefined) throw new ReplayError('engine/missing', { path: join(runtimeFolder(), '../page') });
  const folder = join(document, '..');
  const names = readdirSync(folder).filter((name) => !LEFT_OUT.has(name) && name !== ENGINE_FILE);
  const files = names.map((name) => fileOf(name, readFileSync(join(folder, name))));
  return [...files, fileOf(ENGINE_FILE, readFileSync(join(runtimeFolder(), ENGINE_FILE)))];
}

function fileOf(name: string, body: Uint8Array): ServedFile {
  const type = TYPES[extname(name)] ?? 'text/plain; charset=utf-8';
  if (name !== 'index.html') return { name, type, body };
  // The page asks this server for its logs; one on another host asks nobody.
  const text = Buffer.from(body).toString().replace('<html lang="en">', '<html lang="en" data-served="">');
  return { name, type, body: Buffer.from(text) };
}
