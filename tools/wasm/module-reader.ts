// Reads the binary form of a WebAssembly module: bytes, numbers, lists, sections.
// WebAssembly core specification 2.0, chapter 5 "Binary Format".

export type Bytes = Uint8Array<ArrayBuffer>;

/** Magic number and version, before the first section. */
export const HEADER: Bytes = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Reads from `at` on; throws where the bytes end too early. */
export class ModuleReader {
  readonly bytes: Bytes;
  at: number;

  constructor(bytes: Bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error('wasm: the module ends too early');
    return value;
  }

  /** A LEB128 number. Of a signed one, or one of 64 bits, the value is not right, but the length is. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  take(length: number): Bytes {
    const taken = this.bytes.subarray(this.at, this.at + length);
    if (taken.length !== length) throw new Error('wasm: the module ends too early');
    this.at += length;
    return taken;
  }

  list<T>(read: (reader: ModuleReader) => T): T[] {
    return Array.from({ length: this.u32() }, () => read(this));
  }
}

export interface Section {
  /** One of `SECTION` in module-writer.ts. */
  readonly id: number;
  readonly body: Bytes;
  /** The section with its id and its length. */
  readonly whole: Bytes;
}

export function readSections(bytes: Bytes): Section[] {
  const reader = new ModuleReader(bytes, HEADER.length);
  const sections: Section[] = [];
  while (!reader.done) {
    const start = reader.at;
    const id = reader.byte();
    const body = reader.take(reader.u32());
    sections.push({ id, body, whole: bytes.subarray(start, reader.at) });
  }
  return sections;
}
