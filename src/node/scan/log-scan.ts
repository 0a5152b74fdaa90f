// Looks through the bytes of one log for what can be a report, whoever reads them and on whatever thread.

import { StringDecoder } from 'node:string_decoder';
import {
  type ByteLogReader,
  createByteLogReader,
  startSignSearch,
} from '../../carriers/linux-log/scan/byte-log-reader.ts';
import { createRegionReader, type Region } from '../../carriers/linux-log/scan/find-regions.ts';
import { ReplayError } from '../../machine/errors.ts';
import { encodingOf } from '../files/input.ts';

/** What a part of a log completed. Plain data. */
export interface ScannedPart {
  readonly regions: readonly Region[];
  /** Bytes read so far. */
  readonly done: number;
}

export interface LogScan {
  /** Where the next bytes of the log are to be put. It is another place after each `take`. */
  room(): Uint8Array;
  /** The first `length` bytes of the room have been filled. Gives nothing where that is not worth telling. */
  take(length: number): ScannedPart | undefined;
  /** The log is over; gives the rest. */
  end(): ScannedPart;
}

/** The first piece tells how to read the rest. */
const FIRST_BYTES = 65_536;
/** A part that completed nothing is given all the same after so many bytes, for whoever shows the progress. */
const PART_BYTES = 1 << 23;

/**
 * `loadSearch` gives a module for `startSignSearch`, or nothing where there is no such thing; it is asked for only in a long log.
 * The calls throw ReplayError 'input/unreadable' for a log, called `name`, that is none.
 */
export function createLogScan(name: string, loadSearch: () => WebAssembly.Module | undefined): LogScan {
  const first = new Uint8Array(FIRST_BYTES);
  let reader: ByteLogReader<Region> | undefined;
  let done = 0;
  let told = 0;

  function startSearch() {
    const module = loadSearch();
    return module && startSignSearch(module);
  }

  function begin(bytes: Uint8Array): ByteLogReader<Region> {
    const encoding = encodingOf(bytes, name);
    // The signs are looked for in an encoding that contains ASCII.
    const search = encoding === 'utf8' ? startSearch : undefined;
    const begun = createByteLogReader(createRegionReader(), new StringDecoder(encoding), search);
    begun.room().set(bytes);
    return begun;
  }

  return {
    room: () => reader?.room() ?? first,

    take(length) {
      done += length;
      reader ??= begin(first.subarray(0, length));
      const regions = reader.take(length);
      if (regions.length === 0 && done - told < PART_BYTES) return undefined;
      told = done;
      return { regions, done };
    },

    end() {
      if (reader === undefined) throw new ReplayError('input/unreadable', { path: name, reason: 'it is empty' });
      return { regions: reader.end(), done };
    },
  };
}
