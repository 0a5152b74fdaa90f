// The binary form of WebAssembly modules, read and written: sections, lists, numbers.
// WebAssembly core specification 2.0, "Binary Format".

/** A section whose body is a list of `entries`. */
export function section(id, entries) {
  const body = Buffer.concat([leb(entries.length), ...entries]);
  return Buffer.concat([Uint8Array.of(id), leb(body.length), body]);
}

export function readSections(bytes) {
  const reader = new Reader(bytes, 8);
  const sections = [];
  while (!reader.done) {
    const start = reader.at;
    const id = reader.byte();
    const body = reader.take(reader.u32());
    sections.push({ id, body, whole: bytes.subarray(start, reader.at) });
  }
  return sections;
}

/** An unsigned number. */
export function leb(number) {
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

export class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  byte() {
    if (this.done) throw new Error('wasm: the module ends too early');
    return this.bytes[this.at++];
  }

  /** A LEB128 number. Only its length matters where it is signed or has 64 bits. */
  u32() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  take(length) {
    const taken = this.bytes.subarray(this.at, this.at + length);
    if (taken.length !== length) throw new Error('wasm: the module ends too early');
    this.at += length;
    return taken;
  }

  list(read) {
    return Array.from({ length: this.u32() }, () => read(this));
  }
}

/** What imports and exports of functions are marked with. */
export const EXTERNAL_FUNCTION = 0;

/** From the body of the import section. Modules that import anything else are none that the build knows. */
export function countImportedFunctions(body) {
  const kinds = new Reader(body).list((reader) => {
    reader.take(reader.u32());
    reader.take(reader.u32());
    const kind = reader.byte();
    if (kind !== EXTERNAL_FUNCTION) throw new Error('wasm: an import that is no function');
    reader.u32();
    return kind;
  });
  return kinds.length;
}
