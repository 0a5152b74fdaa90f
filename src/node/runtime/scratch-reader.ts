// Reads files one after the other into the same memory: to touch fresh memory costs more than to read a file that is in the system's cache.

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Holds the largest of the files that a start reads. */
const SCRATCH_BYTES = 4 << 20;

export class ScratchReader {
  readonly #scratch = Buffer.from(new ArrayBuffer(SCRATCH_BYTES));

  /** The bytes of the file, valid until the next one is read. */
  read(path: string): Uint8Array<ArrayBuffer> {
    return this.#read(path);
  }

  /** An ASCII file. */
  text(path: string): string {
    return this.#read(path).toString('latin1');
  }

  #read(path: string): Buffer<ArrayBuffer> {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size <= SCRATCH_BYTES && readSync(file, this.#scratch, 0, size, 0) === size)
        return this.#scratch.subarray(0, size);
    } finally {
      closeSync(file);
    }
    return readFileSync(path);
  }
}
