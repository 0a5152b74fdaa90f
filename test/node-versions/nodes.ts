// The releases of Node at hand: the one that runs the tests, and those of the package.json beside this file.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface NodeRelease {
  readonly version: string;
  readonly path: string;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const installed = join(folder, 'node_modules');
const BUILDER: NodeRelease = { version: process.versions.node, path: process.execPath };

/** Installs the releases if they are not there (some 200 MB, for Linux on x64). Gives why there are none, if so. */
export function installNodes(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'npm carries them for Linux on x64 as pinned here';
  if (releases().length > 0) return undefined;
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', options, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : `npm cannot install them: ${stderr.trim().split('\n').at(-1)}`;
}

/** The builder's first; `REPLAY_NODES` names the binaries of more, with colons between. */
export function nodesAtHand(): readonly NodeRelease[] {
  const named = (process.env.REPLAY_NODES ?? '').split(':').filter((path) => path !== '');
  return [BUILDER, ...releases(), ...named.map((path) => ({ version: versionOf(path), path }))];
}

function releases(): NodeRelease[] {
  if (!existsSync(installed)) return [];
  return readdirSync(installed)
    .filter((name) => /^node-\d/.test(name))
    .map((name) => ({ version: name.slice('node-'.length), path: join(installed, name, 'bin', 'node') }));
}

function versionOf(path: string): string {
  return spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim();
}
