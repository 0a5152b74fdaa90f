// Iced's objects live in WebAssembly memory, which nothing collects.

import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import type { IcedNamespace } from '../../src/decoder/iced/iced-namespace.ts';
import { bytesOf, VECTOR_ADDRESS } from './decode.ts';
import { loadDecoder } from './load-decoder.ts';

const DECODES = 300_000;

it('decodes any number of instructions in constant memory', async () => {
  const iced = createRequire(import.meta.url)('iced-x86') as IcedNamespace & {
    readonly __wasm: { readonly memory: WebAssembly.Memory };
  };
  const decoder = await loadDecoder(iced);
  const pusha = bytesOf('60');
  const window = bytesOf('89 34 88 b9 01 00 00 00');
  const decode = (count: number) => {
    for (let i = 0; i < count; i++) decoder.decode(i % 2 === 0 ? pusha : window, 0, VECTOR_ADDRESS);
    for (let i = 0; i < count / 100; i++) decoder.extents(window);
  };
  decode(1000);
  const before = iced.__wasm.memory.buffer.byteLength;
  decode(DECODES);
  expect(iced.__wasm.memory.buffer.byteLength).toBe(before);
});
