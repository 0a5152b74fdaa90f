// The README shows what the command prints, and names scripts that exist.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VERSION } from '../src/node/cli/version.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as { version: string; scripts: Record<string, string> };

test('the first screen is real output', () => {
  const shown = /\$ replay oops\.log\n([\s\S]*?)\n```/.exec(readme)?.[1];
  expect(shown).toBeTruthy();
  expect(read('scenarios/kni-fifo-put/report.txt').startsWith(`${shown}\n`)).toBe(true);
});

test('every npm script that the documents name exists', () => {
  const named = [readme, read('CONTRIBUTING.md'), read('ARCHITECTURE.md')]
    .flatMap((text) => [...text.matchAll(/npm run ([\w:-]+)/g)])
    .map(([, name]) => name ?? '');
  expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
});

test('the version is that of the package', () => {
  expect(VERSION).toBe(manifest.version);
});
