// A run without options does not load the reader of options, and says the same as with every default spelled out.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isPlain } from '../../src/node/cli/command-names.ts';
import { replayCommand } from './replay-command.ts';

test.each([
  [['oops.log'], true],
  [['-', 'b.log'], true],
  [[], false],
  [['help'], false],
  [['step', 'oops.log'], false],
  [['oops.log', '--json'], false],
  [['--', '--json'], false],
  [['-V'], false],
] as const)('%j: plain words are %s', (words, expected) => {
  expect(isPlain(words)).toBe(expected);
});

test('the defaults are those of the options', () => {
  const files = { 'oops.log': readFileSync(new URL('../../scenarios/kni-fifo-put/oops.log', import.meta.url)) };
  const spelled = replayCommand(['--color', 'auto', '--syntax', 'att', '--', 'oops.log'], { files });
  expect(replayCommand(['oops.log'], { files })).toEqual(spelled);
  expect(spelled.stdout).toContain('reproduced');
});
