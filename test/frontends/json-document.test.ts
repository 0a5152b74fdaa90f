// The questions of docs/json.md, asked with the real jq of the JSON that the built command prints.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const blocks = [
  ...readFileSync(pathOf('docs/json.md'), 'utf8').matchAll(/```sh\n([^`]*)\n```\n\n```text\n([^`]*)```/g),
].map(([, command = '', output = '']): [string, string] => [command, output]);

const hasJq = spawnSync('jq', ['--version']).status === 0;
if (!hasJq) console.info('skipped: the questions of docs/json.md need jq, which is not installed');

test('the document has questions', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  expect(blocks.every(([, output]) => output !== '')).toBe(true);
});

test.skipIf(!hasJq).each(blocks)('%s', (command, output) => {
  const script = `replay() { "$NODE" "$REPLAY" "$@"; }\n${command}`;
  const { stdout } = spawnSync('bash', ['-c', script], {
    cwd: pathOf('scenarios/kni-fifo-put'),
    env: { PATH: process.env.PATH, NODE: process.execPath, REPLAY: pathOf('dist/cli/main.js') },
    encoding: 'utf8',
  });
  expect(stdout).toBe(output);
});
