// Standard output and standard error written directly: Node's own streams cost a start 4 ms, and results must be out before the process
// ends anyway.

import { fstatSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { isatty as IsATty } from 'node:tty';
import { ReplayError } from '../../machine/errors.ts';
import { systemReason } from './system-reason.ts';

const require = createRequire(import.meta.filename);
/** Device number of /dev/null under Linux. */
const NULL_DEVICE = 0x103;
/** How long to wait for a reader whose pipe is full and does not block. */
const FULL_PIPE_PAUSE = 5;

const STANDARD_ERROR = 2;

export class StandardStream {
  readonly #descriptor: 1 | 2;
  #isTty: boolean | undefined;

  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor;
  }

  get isTTY(): boolean {
    this.#isTty ??= isTerminal(this.#descriptor);
    return this.#isTty;
  }

  /**
   * Returns when all is written. A reader that has seen enough (`replay … | head`) is no error: it ends the process. Throws ReplayError
   * where results cannot be written; what standard error does not take is dropped, as there is nobody left to tell.
   */
  write(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN') {
          if (this.#descriptor === STANDARD_ERROR) return;
          if (code === 'EPIPE') process.exit(0);
          throw unwritable(error);
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE);
      }
    }
  }
}

/** For results that are lost: a full disk, a closed descriptor. */
export function unwritable(error: unknown): ReplayError {
  return new ReplayError(
    'output/unwritable',
    { path: 'standard output', reason: systemReason(error) },
    { cause: error },
  );
}

function isTerminal(descriptor: number): boolean {
  try {
    const status = fstatSync(descriptor);
    if (!status.isCharacterDevice() || status.rdev === NULL_DEVICE) return false;
  } catch {
    return false;
  }
  return (require('node:tty') as { readonly isatty: typeof IsATty }).isatty(descriptor);
}
