// The files of `--binary`. Loaded only where one is given: nothing else needs a reader of ELF files.

import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { inflateSync } from 'node:zlib';
import { openElf } from '../../../binary/elf/elf-file.ts';
import { withSources } from '../../../frontends/json/json-source.ts';
import { ReplayError } from '../../../machine/errors.ts';
import type { Snapshot } from '../../../snapshot/snapshot.ts';
import { type BinaryFile, binaryFile } from '../../../source-places/binary-file.ts';
import { type ReportSources, sourcesOf } from '../../../source-places/report-sources.ts';
import { wholeFunction } from '../../../source-places/whole-function.ts';
import { type OpenFile, openFileSource } from '../../files/file-source.ts';
import { systemReason } from '../../files/system-reason.ts';
import type { GivenBinaries } from '../explain-options.ts';

/** Throws ReplayError where a file cannot be read, or is none that an i386 kernel could have run. */
export function openBinaries(paths: readonly string[]): readonly BinaryFile[] {
  return [...new Set(paths)].map(openBinary);
}

/** What the files tell of reports. Throws as `openBinaries` does. */
export function givenBinaries(paths: readonly string[]): GivenBinaries {
  const files = openBinaries(paths);
  const known = new WeakMap<Snapshot, ReportSources>();
  const sources = (snapshot: Snapshot) => {
    const found = known.get(snapshot) ?? sourcesOf(snapshot, files);
    known.set(snapshot, found);
    return found;
  };
  return {
    codeFor: (snapshot) => wholeFunction(snapshot, sources(snapshot)),
    addTo: (json, snapshot) => withSources(json, sources(snapshot)),
  };
}

function openBinary(path: string): BinaryFile {
  try {
    const source = openFileSource(path);
    const { file, diagnostics } = openElf(source, { inflate });
    if (file === undefined) throw unreadable(path, refusalOf(source, diagnostics[0]?.code));
    if (file.sections.length === 0) throw unreadable(path, 'it is an ELF file without sections, or a damaged one');
    return binaryFile(path, [...new Set([basename(path), basename(realpathSync(path))])], file);
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    throw new ReplayError('input/unreadable', { path, reason: systemReason(error) }, { cause: error });
  }
}

function unreadable(path: string, reason: string): ReplayError {
  return new ReplayError('input/unreadable', { path, reason });
}

/** First bytes of what distributions pack modules and debug files with, and what unpacks it. */
const PACKED: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'gunzip -k'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'unxz -k'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'unzstd'],
];

function refusalOf(source: OpenFile, code: string | undefined): string {
  if (code === 'elf/not-i386') return 'it is an ELF file, but none for i386: of 64 bits, or for another processor';
  const start = source.read(0, 8);
  const packed = PACKED.find(([bytes]) => bytes.every((byte, i) => start[i] === byte));
  return packed === undefined ? 'it is no ELF file' : `it is compressed; unpack it first (${packed[1]})`;
}

function inflate(bytes: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: size });
  } catch {
    return undefined;
  }
}
