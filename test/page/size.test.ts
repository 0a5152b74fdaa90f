// What the page weighs: bytes as a host sends them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { expect, test } from 'vitest';
import { PAGE } from './browser.ts';

/** Bytes of the folder with Brotli, without the file that holds it all once more. */
const LARGEST = 750_000;
/** Bytes of that file. */
const LARGEST_WHOLE = 1_500_000;

test('the page is at most 750 kB', () => {
  const sizes = readdirSync(PAGE)
    .filter((name) => name !== 'replay.html')
    .map((name) => {
      const bytes = readFileSync(join(PAGE, name));
      return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
    });
  expect(sizes.length).toBeGreaterThan(6);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(LARGEST);
  expect(readFileSync(join(PAGE, 'replay.html')).length).toBeLessThanOrEqual(LARGEST_WHOLE);
});
