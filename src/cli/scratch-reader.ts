// Reads files one after the other into the same memory: to touch fresh memory costs more than to read a file that is in the system's cache.

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** Holds the largest of the files that a start reads. */
const SCRATCH_BYTES = 4 << 20;

/** Bytes that belong at a place of a file which is not ours to change. */
export interface Insertion {
  readonly position: number;
  readonly bytes: Uint8Array;
}

export class ScratchReader {
  readonly #scratch = Buffer.from(new ArrayBuffer(SCRATCH_BYTES));

  /** The bytes of the file, with what is to be inserted, valid until the next one is read. */
  read(path: string, { position, bytes }: Insertion = NOTHING): Buffer<ArrayBuffer> {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const whole = size + bytes.length;
      const rest = size - position;
      if (
        whole <= SCRATCH_BYTES &&
        readSync(file, this.#scratch, 0, position, 0) === position &&
        readSync(file, this.#scratch, position + bytes.length, rest, position) === rest
      ) {
        this.#scratch.set(bytes, position);
        return this.#scratch.subarray(0, whole);
      }
    } finally {
      closeSync(file);
    }
    const content = readFileSync(path);
    return Buffer.concat([content.subarray(0, position), bytes, content.subarray(position)]) as Buffer<ArrayBuffer>;
  }
}

const NOTHING: Insertion = { position: 0, bytes: new Uint8Array(0) };
