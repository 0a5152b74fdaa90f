// Makes a WebAssembly module start where an instance of it has got to: the memory of an instance that has done its preparations becomes the
// data of the module. Only memory is kept, so every global must be as it was; the stack pointer is the only mutable one that compilers write.
// Sections: WebAssembly core specification 2.0, section 5.5 "Modules".

import { type Bytes, HEADER, readSections } from '../wasm/module-reader.ts';
import { SECTION, section } from '../wasm/module-writer.ts';
import { signed, unsigned } from '../wasm/numbers.ts';

const PAGE = 65_536;
/** So many zeros are cheaper to store than another segment is to read. */
const GAP = 64;
const I32_CONST = 0x41;
const END = 0x0b;

/** The module `bytes` whose memory begins as `memory`, which has whole pages. Custom sections are dropped. */
export function presetMemory(bytes: Bytes, memory: Bytes): Bytes {
  const parts = readSections(bytes)
    .filter(({ id }) => id !== SECTION.custom)
    .map(({ id, whole }) => {
      if (id === SECTION.memory) return section(id, [Uint8Array.from([0, ...unsigned(memory.length / PAGE)])]);
      return id === SECTION.data ? section(id, segments(memory)) : whole;
    });
  return Buffer.concat([HEADER, ...parts]);
}

/** Active data segments that hold everything but long runs of zeros. */
function segments(memory: Bytes): Bytes[] {
  const found: Bytes[] = [];
  for (let start = 0; start < memory.length; ) {
    if (memory[start] === 0) {
      start++;
      continue;
    }
    let end = start + 1;
    for (let at = end; at < memory.length && at - end < GAP; at++) if (memory[at] !== 0) end = at + 1;
    const head = Uint8Array.from([0, I32_CONST, ...signed(start), END, ...unsigned(end - start)]);
    found.push(Buffer.concat([head, memory.subarray(start, end)]));
    start = end;
  }
  return found;
}
