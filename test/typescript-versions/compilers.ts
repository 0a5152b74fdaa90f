// The compilers at hand: the one that builds the project, and those of the package.json beside this file.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Compiler {
  readonly version: string;
  /** The script that is `tsc`. */
  readonly script: string;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const project = fileURLToPath(new URL('../..', import.meta.url));
const wanted = Object.keys(
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { optionalDependencies: Record<string, string> })
    .optionalDependencies,
);

/** Installs the compilers (some 60 MB) if they are not there. Gives why there are none, if so. */
export function installCompilers(): string | undefined {
  if (wanted.every((name) => existsSync(join(folder, 'node_modules', name)))) return undefined;
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', options, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : `npm cannot install them: ${stderr.trim().split('\n').at(-1)}`;
}

/** The project's own first. */
export function compilers(): readonly Compiler[] {
  const installed = join(folder, 'node_modules');
  const others = existsSync(installed) ? readdirSync(installed).filter((name) => name.startsWith('typescript-')) : [];
  return [join(project, 'node_modules', 'typescript'), ...others.map((name) => join(installed, name))].map((path) => ({
    version: (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { version: string }).version,
    script: join(path, 'bin', 'tsc'),
  }));
}
