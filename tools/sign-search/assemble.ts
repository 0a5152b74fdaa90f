// Assembles the text form of a WebAssembly module.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import startWabt from 'wabt';
import type { Bytes } from '../wasm/module-reader.ts';

/** The search for the signs of reports. */
export const SIGN_SEARCH = 'src/carriers/linux-log/scan/byte-search.wat';

/** The module that the text in `file` describes. Throws with the line where the text is wrong. */
export async function assemble(file: string): Promise<Bytes> {
  const wabt = await startWabt();
  const module = wabt.parseWat(basename(file), readFileSync(file, 'utf8'), { simd: true });
  try {
    module.validate();
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
