// Reads the logs that the command line names. Every way in which that can fail has words of its own.

import { readFileSync, statSync } from 'node:fs';
import { ReplayError } from '../machine/errors.ts';

export interface LogFile {
  /** As given on the command line; `<stdin>` for `-`. */
  readonly name: string;
  readonly text: string;
}

const STDIN = 0;
/** Control characters that no text log holds: everything below blank but tab, newline, form feed, return, backspace, bell and escape. */
const BINARY_SHARE = 0.1;
const SAMPLE_BYTES = 4096;

/** The text of one log. Throws ReplayError 'input/…' with what to do. */
export function readLog(path: string): LogFile {
  const name = path === '-' ? '<stdin>' : path;
  const bytes = readBytes(path, name);
  if (bytes.length === 0) throw new ReplayError('input/unreadable', { path: name, reason: 'it is empty' });
  return { name, text: decodeText(bytes, name) };
}

function readBytes(path: string, name: string): Uint8Array {
  try {
    if (path !== '-' && statSync(path).isDirectory()) {
      throw new ReplayError('input/unreadable', { path: name, reason: 'it is a directory; name the log files in it' });
    }
    return readFileSync(path === '-' ? STDIN : path);
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError('input/unreadable', { path: name, reason: systemReason(error) }, { cause: error });
  }
}

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory; name the log files in it',
  EMFILE: 'too many open files',
};

function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return SYSTEM_REASONS[code] ?? (code || 'unknown error');
}

/** UTF-8 (bad bytes replaced), or UTF-16 with a byte-order mark, as Windows tools save it. Core dumps, archives and images are refused. */
function decodeText(bytes: Uint8Array, name: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const known = knownBinary(bytes);
  if (known) throw new ReplayError('input/unreadable', { path: name, reason: known });
  const controls = sample.filter((byte) => byte < 0x20 && !(7 <= byte && byte <= 13) && byte !== 0x1b).length;
  if (controls > sample.length * BINARY_SHARE) {
    throw new ReplayError('input/unreadable', { path: name, reason: 'it is a binary file, not the text of a log' });
  }
  return new TextDecoder('utf-8').decode(bytes);
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
