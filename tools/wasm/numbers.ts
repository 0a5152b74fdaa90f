// Numbers as WebAssembly modules store them: LEB128, seven bits a byte, the lowest first.
// WebAssembly core specification 2.0, section 5.2.2 "Integers".

/** An unsigned number of up to 32 bits. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** A signed number of 32 bits: of a larger value the low 32 bits are taken. Bit 6 of the last byte is its sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const isLast = rest >> 6 === 0 || rest >> 6 === -1;
    if (isLast) return [...bytes, rest & 0x7f];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
