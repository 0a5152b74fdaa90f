// docs/scenarios.md, read from its first line to its last as a reader would who does what it says.

import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'scenarios.md'), 'utf8');
const schema = JSON.parse(readFileSync(join(root, 'schema', 'scenario-1.json'), 'utf8'));
const [, ...blocks] = page.split(/^```(?=\w)/m).map((text) => text.split(/^```$/m)[0] ?? '');

const folder = mkdtempSync(join(tmpdir(), 'replay-document-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of a project that has the package and vitest, with `replay` and `vitest` as commands. */
function prepare(): void {
  copyFileSync(join(root, 'scenarios', 'null-list-next-late', 'oops.log'), join(folder, 'oops.log'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(root, join(folder, 'node_modules', 'replay-oops'), 'junction');
  symlinkSync(join(root, 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'), 'junction');
  for (const [name, script] of [
    ['replay', 'dist/cli/main.js'],
    ['vitest', 'node_modules/vitest/vitest.mjs'],
  ] as const) {
    const command = `#!/bin/sh\nexec "${process.execPath}" "${join(root, script)}" "$@"\n`;
    writeFileSync(join(folder, 'bin', name), command, { mode: 0o755 });
  }
}

/** What the commands of a block print, under the commands. */
function typed(block: string): string {
  const commands = block.split('\n').filter((line) => line.startsWith('$ '));
  const printed = commands.map((line) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', line.slice(2)], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, NO_COLOR: '1' },
    });
    expect(stderr).toBe('');
    if (!line.startsWith('$ vitest')) return `${line}\n${stdout}`;
    // Around its line of each test, vitest prints versions and times.
    const tests = stdout.split('\n').filter((each) => /^ *[✓×]/.test(each));
    return `${line}\n${tests.map((each) => `${each.trim().replace(/ +\d+ms$/, '')}\n`).join('')}`;
  });
  return printed.join('');
}

test('what the page shows is what happens', () => {
  prepare();
  let commands = 0;
  for (const block of blocks) {
    const [, kind, text = ''] = /^(\w+)\n([\s\S]*)$/.exec(block) ?? [];
    if (kind === 'yaml') appendFileSync(join(folder, 'scenarios', 'null-list', 'scenario.yaml'), text);
    else if (kind === 'js') writeFileSync(join(folder, /^\/\/ (\S+)/.exec(text)?.[1] ?? ''), text);
    else {
      expect(kind).toBe('console');
      expect(typed(text)).toBe(text);
      commands++;
    }
  }
  expect(commands).toBeGreaterThan(5);
});

test('it names every key of a scenario, and of what is expected', () => {
  const keys = [...Object.keys(schema.properties), ...Object.keys(schema.properties.expect.properties)];
  expect(keys.length).toBeGreaterThan(25);
  expect(keys.filter((key) => !page.includes(`\`${key}`))).toEqual([]);
});
