// Standard output and standard error written directly: Node's own streams cost a start 4 ms, and results must be out before the process
// ends anyway.

import { fstatSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { isatty as IsATty } from 'node:tty';
import { outletLine, outletText } from '../../frontends/painted-text.ts';
import { ReplayError } from '../../machine/errors.ts';
import { systemReason } from './system-reason.ts';

const require = createRequire(import.meta.filename);
/** Device number of /dev/null under Linux. */
const NULL_DEVICE = 0x103;
/** How long to wait for a reader whose pipe is full and does not block. */
const FULL_PIPE_PAUSE = 5;

const STANDARD_ERROR = 2;

/** What a closed pipe means: the end of the process, as for `cat`, or that the rest of the run is silent. */
export type ReaderLeaves = 'end' | 'carry on';

/** The exit code that a shell gives for a process that SIGPIPE ended, 128 + 13. */
export const ENDED_BY_CLOSED_PIPE = 141;

export class StandardStream {
  readonly #descriptor: 1 | 2;
  readonly #whenReaderLeaves: ReaderLeaves;
  #hasReader = true;
  #isTty: boolean | undefined;

  constructor(descriptor: 1 | 2, whenReaderLeaves: ReaderLeaves = 'end') {
    this.#descriptor = descriptor;
    this.#whenReaderLeaves = whenReaderLeaves;
  }

  get isTTY(): boolean {
    this.#isTty ??= isTerminal(this.#descriptor);
    return this.#isTty;
  }

  /** Columns of the terminal; undefined for anything else, and for a terminal that does not know. */
  get columns(): number | undefined {
    // Node's own stream knows them; only a run that a person watches pays for it.
    return (this.isTTY && (this.#descriptor === STANDARD_ERROR ? process.stderr : process.stdout).columns) || undefined;
  }

  /**
   * Writes whole lines; what cannot be seen in them becomes visible. Returns when all is written. A reader that has seen enough
   * (`replay … | head`) is no error: it ends the process as SIGPIPE would, or silences the stream, since a code of 0 would say that all was
   * well. Throws ReplayError where results cannot be written; what standard error does not take is dropped, as there is nobody left to tell.
   */
  write(lines: readonly string[]): void {
    this.#write(outletText(lines));
  }

  /** Replaces the line that the cursor of a terminal is on; an empty text takes it away. */
  status(text: string): void {
    this.#write(`\r\u001b[K${outletLine(text)}`);
  }

  #write(text: string): void {
    if (!this.#hasReader) return;
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN') {
          if (this.#descriptor === STANDARD_ERROR) return;
          if (code === 'EPIPE') {
            if (this.#whenReaderLeaves === 'end') process.exit(ENDED_BY_CLOSED_PIPE);
            this.#hasReader = false;
            return;
          }
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
