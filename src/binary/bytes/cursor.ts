// Reads numbers from bytes. Beyond the end everything is zero and `ended` becomes true: damaged data cannot make it throw.

const decoder = new TextDecoder('utf-8');

export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  position: number;
  /** True once something beyond the end was asked for. */
  ended = false;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    if (position < 0 || position > bytes.length) this.#end();
  }

  get length(): number {
    return this.#bytes.length;
  }

  get more(): boolean {
    return !this.ended && this.position < this.#bytes.length;
  }

  u8(): number {
    const at = this.#take(1);
    return at === undefined ? 0 : (this.#bytes[at] ?? 0);
  }

  s8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const at = this.#take(2);
    return at === undefined ? 0 : this.#view.getUint16(at, true);
  }

  u24(): number {
    return this.u16() + this.u8() * 0x10000;
  }

  u32(): number {
    const at = this.#take(4);
    return at === undefined ? 0 : this.#view.getUint32(at, true);
  }

  /** 64 bits as a number; what exceeds 2^53 loses its low bits, and is no offset in any file. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 0x1_0000_0000;
  }

  /** DWARF 5, section 7.6. At most ten bytes carry 64 bits. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return value;
  }

  sleb(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return byte & 0x40 ? value - scale : value;
    }
    return value;
  }

  skip(count: number): void {
    this.#take(count);
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return at === undefined ? new Uint8Array() : this.#bytes.subarray(at, at + count);
  }

  /** Text up to a zero byte; up to the end where there is none. */
  string(): string {
    const zero = this.#bytes.indexOf(0, this.position);
    const end = zero < 0 ? this.#bytes.length : zero;
    const text = decoder.decode(this.#bytes.subarray(this.position, end));
    if (zero < 0) this.#end();
    else this.position = zero + 1;
    return text;
  }

  #take(count: number): number | undefined {
    const at = this.position;
    if (!(count >= 0) || at + count > this.#bytes.length) {
      this.#end();
      return undefined;
    }
    this.position = at + count;
    return at;
  }

  #end(): void {
    this.ended = true;
    this.position = this.#bytes.length;
  }
}
