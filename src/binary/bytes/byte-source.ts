// Where the bytes of a file come from. Readers ask for pieces, so that a file of several hundred MB is never read whole.

export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end of the file. It does not throw. */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, Math.max(offset, offset + length)) };
}

/** What is wrong with a file, where. The reader goes on with what is left. */
export interface BinaryDiagnostic {
  readonly code:
    | 'elf/not-elf'
    | 'elf/not-i386'
    | 'elf/sections-damaged'
    | 'elf/section-too-large'
    | 'elf/compression-unsupported'
    | 'elf/inflate-failed'
    | 'dwarf/unit-damaged'
    | 'dwarf/abbreviations-damaged'
    | 'dwarf/lines-damaged'
    | 'dwarf/budget-spent';
  readonly section?: string;
  readonly offset?: number;
}
