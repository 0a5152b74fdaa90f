// Writes the sections of a WebAssembly module. WebAssembly core specification 2.0, section 5.5 "Modules".

import type { Bytes } from './module-reader.ts';
import { unsigned } from './numbers.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const;

/** What imports and exports are marked with. */
export const EXTERNAL = { function: 0, table: 1, memory: 2 } as const;

/** A section whose body is a list of `entries`. */
export function section(id: number, entries: readonly Uint8Array[]): Bytes {
  const body = Buffer.concat([Uint8Array.from(unsigned(entries.length)), ...entries]);
  return Buffer.concat([Uint8Array.of(id, ...unsigned(body.length)), body]);
}

/** `content` after its length. */
export function sized(content: Uint8Array): Bytes {
  return Buffer.concat([Uint8Array.from(unsigned(content.length)), content]);
}
