// The decoder of the whole packages, as npm installed them.

import { createRequire } from 'node:module';
import { createDecoder } from '../../src/decoder/create-decoder.ts';
import type { Decoder } from '../../src/decoder/decoder.ts';
import type { IcedNamespace } from '../../src/decoder/iced/iced-namespace.ts';
import { type CapstoneNamespace, CapstoneText } from '../../src/decoder/listing/capstone-text.ts';

const require = createRequire(import.meta.url);
export const iced = require('iced-x86') as IcedNamespace;

export async function loadDecoder(namespace: IcedNamespace = iced): Promise<Decoder> {
  return createDecoder(namespace, await CapstoneText.load(require('capstone-wasm') as CapstoneNamespace));
}
