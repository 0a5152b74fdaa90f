// Reads the logs that the command line names, a piece at a time: a syslog can be larger than memory. Every way in which that can fail
// has words of its own.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Silence } from '../../carriers/carrier.ts';
import { isReplayError, ReplayError } from '../../machine/errors.ts';
import { systemReason } from './system-reason.ts';

const STDIN = '-';
const STDIN_DESCRIPTOR = 0;
const CHUNK_BYTES = 1 << 21;
/** Share of control characters from which on a file is no text. */
const BINARY_SHARE = 0.1;
const SAMPLE_BYTES = 4096;
const PLAIN_TEXT = /^[\t\n\r -~]*$/;

/** How a log is called in what is printed. */
export function logName(path: string): string {
  return path === STDIN ? '<stdin>' : path;
}

/** The text of one log, a piece at a time. Throws ReplayError 'input/unreadable' with what to do. */
export async function* logChunks(path: string): AsyncGenerator<string> {
  const name = logName(path);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let decoder: StringDecoder | undefined;
  for await (const length of logPieces(path, () => buffer)) {
    if (typeof length === 'string') continue;
    const bytes = buffer.subarray(0, length);
    decoder ??= new StringDecoder(encodingOf(bytes, name));
    yield decoder.write(bytes);
  }
  if (decoder === undefined) throw new ReplayError('input/unreadable', { path: name, reason: 'it is empty' });
  const rest = decoder.end();
  if (rest !== '') yield rest;
}

/** Bytes of the file that a log is; absent for a pipe, and where there is nothing to read: reading it says why. */
export function sizeOfLog(path: string): number | undefined {
  try {
    const status = path === STDIN ? fstatSync(STDIN_DESCRIPTOR) : statSync(path);
    return status.isFile() ? status.size : undefined;
  } catch {
    return undefined;
  }
}

/** To look through fewer bytes takes less time than a thread needs to start. */
const WORTH_A_THREAD = 1 << 27;

export function isWorthAThread(size: number | undefined): boolean {
  return size !== undefined && size >= WORTH_A_THREAD;
}

/** Longer than a serial line takes for a line of text: whoever writes a report is not in the middle of it. */
const SHORT_SILENCE_MS = 500;
const LONG_SILENCE_MS = 2000;

/** How many bytes came, or for how long none did. */
type Piece = number | Silence;

/** Reads one log piece by piece into what `room` gives for each; only a pipe is ever silent. Throws ReplayError 'input/unreadable'. */
export function logPieces(path: string, room: () => Uint8Array): Iterable<number> | AsyncIterable<Piece> {
  return path === STDIN && !fstatSync(STDIN_DESCRIPTOR).isFile() ? pipePieces(room) : filePieces(path, room);
}

async function* pipePieces(room: () => Uint8Array): AsyncGenerator<Piece> {
  const pieces = process.stdin[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = pieces.next();
      if (await isSilent(next, SHORT_SILENCE_MS)) {
        yield 'short';
        if (await isSilent(next, LONG_SILENCE_MS - SHORT_SILENCE_MS)) yield 'long';
      }
      const { done, value: bytes } = await next;
      if (done) return;
      for (let at = 0; at < bytes.length; ) {
        const target = room();
        const part = (bytes as Buffer).subarray(at, at + target.length);
        target.set(part);
        yield part.length;
        at += part.length;
      }
    }
  } finally {
    // The iterator would wait for the piece that was asked for last.
    process.stdin.destroy();
  }
}

async function isSilent(next: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, true);
  });
  try {
    return await Promise.race([next.then(() => false), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function* filePieces(path: string, room: () => Uint8Array): Generator<number> {
  const name = logName(path);
  let descriptor: number | undefined;
  try {
    descriptor = path === STDIN ? STDIN_DESCRIPTOR : openSync(path, 'r');
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    for (;;) {
      const length = readSync(descriptor, room());
      if (length === 0) return;
      yield length;
    }
  } catch (error) {
    if (isReplayError(error)) throw error;
    throw new ReplayError('input/unreadable', { path: name, reason: systemReason(error) }, { cause: error });
  } finally {
    if (descriptor !== undefined && descriptor !== STDIN_DESCRIPTOR) closeSync(descriptor);
  }
}

/** UTF-8 (bad bytes replaced), or little-endian UTF-16 with its byte-order mark, as Windows tools save it. Core dumps, archives and images are refused. */
export function encodingOf(bytes: Uint8Array, name: string): 'utf8' | 'utf16le' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le';
  const known = knownBinary(bytes);
  if (known) throw new ReplayError('input/unreadable', { path: name, reason: known });
  // Most logs. A look at every byte takes longer than the rest of what is done before a report is read.
  if (PLAIN_TEXT.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', 0, SAMPLE_BYTES)))
    return 'utf8';
  // A file system that crashed leaves holes of zeros in the logs that were open: only what is around them tells text from data.
  const start = Math.max(
    0,
    bytes.findIndex((byte) => byte !== 0),
  );
  const sample = bytes.subarray(start, start + SAMPLE_BYTES).filter((byte) => byte !== 0);
  const controls = sample.filter((byte) => byte < 0x20 && !(7 <= byte && byte <= 13) && byte !== 0x1b).length;
  if ((sample.length === 0 && bytes.length > 0) || controls > sample.length * BINARY_SHARE) {
    throw new ReplayError('input/unreadable', { path: name, reason: 'it is a binary file, not the text of a log' });
  }
  return 'utf8';
}

const MAGIC: readonly [readonly number[], string][] = [
  [[0x7f, 0x45, 0x4c, 0x46], 'it is an ELF file (a program or a core dump), not the text of a log'],
  [[0x1f, 0x8b], 'it is compressed with gzip; use `zcat FILE | replay -`'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is compressed with xz; use `xzcat FILE | replay -`'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed with zstd; use `zstdcat FILE | replay -`'],
  [[0x42, 0x5a, 0x68], 'it is compressed with bzip2; use `bzcat FILE | replay -`'],
  [[0x89, 0x50, 0x4e, 0x47], 'it is an image; type the report into a text file'],
  [[0xff, 0xd8, 0xff], 'it is an image; type the report into a text file'],
];

function knownBinary(bytes: Uint8Array): string | undefined {
  return MAGIC.find(([magic]) => magic.every((byte, i) => bytes[i] === byte))?.[1];
}
