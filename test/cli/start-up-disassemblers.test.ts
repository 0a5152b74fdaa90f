// What the build cut out of iced-x86, and our own few calls into capstone's module, answer as the whole packages do.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { IcedDecoder } from '../../src/decoder/iced/iced-decoder.ts';
import type { IcedNamespace } from '../../src/decoder/iced/iced-namespace.ts';
import { capstoneGlue } from '../../src/decoder/listing/capstone-glue.ts';
import { type CapstoneNamespace, CapstoneText } from '../../src/decoder/listing/capstone-text.ts';
import { isKnownCapstone } from '../../src/decoder/listing/known-capstone.ts';
import type { U32 } from '../../src/machine/u32.ts';
import { startIced } from '../../src/node/runtime/trimmed-iced.ts';

const require = createRequire(import.meta.url);
const runtime = fileURLToPath(new URL('../../dist/runtime/', import.meta.url));

const SAMPLES = 25_000;
const LONGEST = 15;
/** First bytes that random ones would seldom give: two-byte and three-byte opcodes, prefixes, VEX, x87. */
const STARTS = [[], [], [0x0f], [0x0f, 0x38], [0x0f, 0x3a], [0x66, 0x0f], [0xf3, 0x0f], [0xf2], [0xc5], [0xc4], [0xd9]];

/** Numerical Recipes' linear congruential generator: the same bytes in each run. */
function* randomCode(): Generator<Uint8Array> {
  let state = 20_260_617;
  const random = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < SAMPLES; i++) {
    const start = STARTS[random(STARTS.length)] ?? [];
    const rest = Array.from({ length: LONGEST - start.length }, () => random(256));
    yield Uint8Array.from([...start, ...rest]);
  }
}

test('the trimmed iced-x86 decodes as the package', () => {
  const whole = new IcedDecoder(require('iced-x86') as IcedNamespace);
  const module = new WebAssembly.Module(readFileSync(join(runtime, 'iced_x86_bg.wasm')));
  const trimmed = new IcedDecoder(startIced(module));
  let valid = 0;
  for (const bytes of randomCode()) {
    const expected = whole.decode(bytes, 0, 0xc012_3450 as U32);
    const actual = trimmed.decode(bytes, 0, 0xc012_3450 as U32);
    if (!isDeepStrictEqual(actual, expected)) expect({ bytes, actual }).toEqual({ bytes, actual: expected });
    if (expected !== undefined) valid++;
    if (valid % 100 === 0) expect(trimmed.extents(bytes)).toEqual(whole.extents(bytes));
  }
  expect(valid).toBeGreaterThan(SAMPLES / 2);
});

test('the glue prints what the package of capstone prints', async () => {
  const script = require.resolve('capstone-wasm');
  const bytes = readFileSync(join(dirname(script), 'capstone.wasm'));
  expect(isKnownCapstone(bytes)).toBe(true);
  const whole = await CapstoneText.load(require(script) as CapstoneNamespace);
  const glue = await CapstoneText.load(capstoneGlue(new WebAssembly.Module(bytes)));
  const decoder = new IcedDecoder(require('iced-x86') as IcedNamespace);
  let printed = 0;
  for (const code of randomCode()) {
    const instruction = decoder.decode(code, 0, 0xc012_3450 as U32);
    if (instruction === undefined) continue;
    for (const syntax of ['att', 'intel'] as const) {
      const expected = whole.text(instruction.bytes, instruction.address, syntax);
      const actual = glue.text(instruction.bytes, instruction.address, syntax);
      if (!isDeepStrictEqual(actual, expected)) expect({ code, actual }).toEqual({ code, actual: expected });
      if (expected !== undefined) printed++;
    }
  }
  expect(printed).toBeGreaterThan(SAMPLES / 2);
});

test('another module of capstone is not taken for the known one', () => {
  const bytes = readFileSync(join(dirname(require.resolve('capstone-wasm')), 'capstone.wasm'));
  expect(isKnownCapstone(bytes.subarray(0, -1))).toBe(false);
  // Another build moves what follows the first change.
  const other = Buffer.concat([bytes.subarray(0, 5000), Buffer.from([0x01]), bytes.subarray(5000, -1)]);
  expect(other.length).toBe(bytes.length);
  expect(isKnownCapstone(other)).toBe(false);
});
