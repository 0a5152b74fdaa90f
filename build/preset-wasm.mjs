// Makes a WebAssembly module start where another run of it has got to: the memory of an instance that has done its preparations becomes the
// data of the module. Only memory is kept, so every global must be as it was (compilers' only mutable one is the stack pointer).
// Sections: WebAssembly core specification 2.0, "Binary Format".

import { leb, readSections, section } from './wasm-binary.mjs';

const SECTION = { memory: 5, data: 11, custom: 0 };
const PAGE = 0x1_0000;
/** Zeros between two segments that are cheaper to store than another segment is to read. */
const GAP = 64;

/** The module `bytes` whose memory begins as `memory`, a Uint8Array of whole pages. */
export function presetMemory(bytes, memory) {
  const parts = [bytes.subarray(0, 8)];
  for (const { id, whole } of readSections(bytes)) {
    if (id === SECTION.memory) parts.push(section(id, [Uint8Array.from([0, ...leb(memory.length / PAGE)])]));
    else if (id === SECTION.data) parts.push(section(id, segments(memory)));
    else if (id !== SECTION.custom) parts.push(whole);
  }
  return Buffer.concat(parts);
}

function segments(memory) {
  const found = [];
  for (let start = 0; start < memory.length; ) {
    if (memory[start] === 0) {
      start++;
      continue;
    }
    let end = start + 1;
    for (let at = end; at < memory.length && at - end < GAP; at++) if (memory[at] !== 0) end = at + 1;
    const head = Uint8Array.from([0, 0x41, ...signedLeb(start), 0x0b, ...leb(end - start)]);
    found.push(Buffer.concat([head, memory.subarray(start, end)]));
    start = end;
  }
  return found;
}

function signedLeb(number) {
  const bytes = leb(number);
  // A set sixth bit in the last byte would be read as a sign.
  if ((bytes.at(-1) & 0x40) === 0) return bytes;
  return [...bytes.subarray(0, -1), bytes.at(-1) | 0x80, 0];
}
