// Files that will be needed, read by Node's other threads while the main thread parses the log.

import { closeSync, fstatSync, openSync, read, readFileSync } from 'node:fs';

/** The bytes of the file, for whoever awaits them. Throws at once where it cannot be opened. */
export function readAhead(path: string): Promise<Uint8Array> {
  const file = openSync(path, 'r');
  // One read of the whole: each further call would wait for the main thread.
  const bytes = new Uint8Array(fstatSync(file).size);
  return new Promise((resolve) => {
    read(file, bytes, 0, bytes.length, 0, (error, length) => {
      closeSync(file);
      resolve(error === null && length === bytes.length ? bytes : readFileSync(path));
    });
  });
}
