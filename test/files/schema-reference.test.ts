// The reference to the schema in a recorded scenario, seen from where the package may be.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { schemaReference } from '../../src/node/files/schema-reference.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replay-schema-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A package at `place` below the root; gives the path of its program. */
function installed(place: string): string {
  const folder = join(root, place);
  mkdirSync(join(folder, 'schema'), { recursive: true });
  writeFileSync(join(folder, 'schema', 'scenario-1.json'), '{}');
  return join(folder, 'dist', 'cli', 'main.js');
}

test('in a project that has the package: a path that holds in every checkout', () => {
  const program = installed('project/node_modules/replay-oops');
  const at = join(root, 'project/tests/deep/scenarios/one');
  expect(schemaReference(at, program)).toBe('../../../../node_modules/replay-oops/schema/scenario-1.json');
});

test('installed elsewhere, as for all users: the address of the file', () => {
  const program = installed('lib/node_modules/replay-oops');
  expect(schemaReference(join(root, 'home/scenarios/one'), program)).toBe(
    pathToFileURL(join(root, 'lib/node_modules/replay-oops/schema/scenario-1.json')).href,
  );
});

test('in the project itself, and without a schema', () => {
  expect(schemaReference('scenarios/one', resolve('dist/cli/main.js'))).toBe('../../schema/scenario-1.json');
  expect(schemaReference(join(root, 'one'), join(root, 'program.js'))).toBeUndefined();
});
