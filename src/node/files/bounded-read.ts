// Reads whole files that are small by nature: scenarios, scripts, saved sessions, histories. What is larger, never ends, or is no file
// is refused with a reason, and nothing is waited for.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { FileProblem } from './system-reason.ts';

export interface BoundedReading {
  /** Most bytes. */
  readonly limit: number;
  /** Accepts pipes, as of `<(command)`, which are read until their writers close them. */
  readonly pipes?: 'accepted';
  /** Refuses a link as the last part of the path. */
  readonly links?: 'refused';
}

const CHUNK_BYTES = 1 << 16;
/** Milliseconds between two looks into a pipe that its writer has not filled yet. */
const PIPE_PAUSE = 5;

/** All bytes of the file at `path`, or of an open descriptor. Throws FileProblem or the error of the system; `systemReason` words both. */
export function readBounded(path: string | number, options: BoundedReading): Buffer {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  // O_NONBLOCK: to open a FIFO without a writer would wait for one.
  const flags = O_RDONLY | O_NONBLOCK | (options.links === 'refused' ? O_NOFOLLOW : 0);
  const descriptor = typeof path === 'number' ? path : openSync(path, flags);
  try {
    const status = fstatSync(descriptor);
    const isPipe = status.isFIFO() && options.pipes === 'accepted';
    if (!status.isFile() && !isPipe && typeof path !== 'number') throw new FileProblem(kindOf(status));
    if (status.size > options.limit) throw tooLarge(options.limit);
    const bytes = readAll(descriptor, options.limit);
    if (status.isFile() && status.size === 0 && bytes.length > 0) {
      throw new FileProblem(
        'it is made up by the system as it is read, like those in /proc; copy what it says into a file',
      );
    }
    if (isPipe && typeof path === 'string' && bytes.length === 0)
      throw new FileProblem('nothing is written into this pipe');
    return bytes;
  } finally {
    if (typeof path !== 'number') closeSync(descriptor);
  }
}

function readAll(descriptor: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSome(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks, size);
    chunks.push(chunk.subarray(0, length));
    size += length;
    if (size > limit) throw tooLarge(limit);
  }
}

function readSome(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      const isWaiting = (error as NodeJS.ErrnoException).code === 'EAGAIN' && !fstatSync(descriptor).isFile();
      if (!isWaiting) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_PAUSE);
    }
  }
}

/** What something is that is no ordinary file. */
export function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'it is a directory';
  if (status.isFIFO()) return 'it is a named pipe (FIFO), not a file';
  if (status.isSocket()) return 'it is a socket, not a file';
  if (status.isSymbolicLink()) return 'it is a link';
  return 'it is a device, not a file';
}

function tooLarge(limit: number): FileProblem {
  return new FileProblem(`it is larger than ${sizeText(limit)}, which is the limit here`);
}

function sizeText(bytes: number): string {
  return bytes >= 1 << 20 ? `${bytes >> 20} MiB` : `${bytes >> 10} KiB`;
}

/** UTF-8 with bad bytes replaced, or UTF-16 where it begins with the byte-order mark of it. */
export function textOfBytes(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
}
