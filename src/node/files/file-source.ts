// Pieces of a file that may be large, as they are asked for.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../../binary/bytes/byte-source.ts';
import { kindOf } from './bounded-read.ts';
import { FileProblem } from './system-reason.ts';

export interface OpenFile extends ByteSource {
  close(): void;
}

/** Opens a regular file. Throws FileProblem or the error of the system; a read that fails gives what there is. */
export function openFileSource(path: string): OpenFile {
  // O_NONBLOCK: to open a FIFO without a writer would wait for one.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const status = fstatSync(descriptor);
  if (!status.isFile()) {
    closeSync(descriptor);
    throw new FileProblem(kindOf(status));
  }
  return {
    size: status.size,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, status.size - offset));
      const bytes = new Uint8Array(wanted);
      try {
        return bytes.subarray(0, readSync(descriptor, bytes, 0, wanted, offset));
      } catch {
        return bytes.subarray(0, 0);
      }
    },
    close: () => closeSync(descriptor),
  };
}
