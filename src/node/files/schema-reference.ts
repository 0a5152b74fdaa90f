// Where an editor finds the schema of scenario files, seen from a scenario: the package may be installed beside it, elsewhere, or be the
// project itself.

import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCHEMA = join('schema', 'scenario-1.json');
const IN_MODULES = join('node_modules', 'replay-oops', SCHEMA);

/**
 * The value for `$schema` of a scenario in `directory`, which need not exist. It is a relative path where a project above the scenario has the
 * package, so that it holds wherever the project is checked out; else the address of the file that this program came with. Undefined without one.
 *
 * @param program Path of this program.
 */
export function schemaReference(directory: string, program: string): string | undefined {
  const from = resolve(directory);
  const above = foldersAbove(from);
  const own = foldersAbove(resolve(program)).find((folder) => existsSync(join(folder, SCHEMA)));
  const project = above.find((folder) => existsSync(join(folder, IN_MODULES)));
  if (project !== undefined) return relativeAddress(from, join(project, IN_MODULES));
  if (own === undefined) return undefined;
  return above.includes(own) ? relativeAddress(from, join(own, SCHEMA)) : pathToFileURL(join(own, SCHEMA)).href;
}

/** Nearest first. */
function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

function relativeAddress(from: string, to: string): string {
  return relative(from, to).split(sep).join('/');
}
