// Looks through the bytes of one log for what can be a report, whoever reads them and on whatever thread.

import { StringDecoder } from 'node:string_decoder';
import { ALL_CARRIERS, carrierOf } from '../../carriers/all-carriers.ts';
import type { ByteLogReader, Carrier, Silence, TextReader } from '../../carriers/carrier.ts';
import { ReplayError } from '../../machine/errors.ts';
import { encodingOf } from '../files/input.ts';

/** What a part of a log completed. Plain data. */
export interface ScannedPart {
  /** The name of the carrier that reads the regions. */
  readonly carrier: string;
  readonly regions: readonly unknown[];
  /** Bytes read so far. */
  readonly done: number;
}

export interface LogScan {
  /** Where the next bytes of the log are to be put. It is another place after each `take`. */
  room(): Uint8Array;
  /** The first `length` bytes of the room have been filled. Gives nothing where that is not worth telling. */
  take(length: number): ScannedPart | undefined;
  /** No bytes have come for a while: gives what is complete. */
  pause(silence: Silence): ScannedPart | undefined;
  /** The log is over; gives the rest. */
  end(): ScannedPart;
}

/** The first piece tells how to read the rest. */
const FIRST_BYTES = 65_536;
/** A part that completed nothing is given all the same after so many bytes, for whoever shows the progress. */
const PART_BYTES = 1 << 23;

/** So much of the first bytes is shown to the carriers. */
const SHOWN_BYTES = 4096;

/**
 * `loadSearch` gives a module for the carrier's search, or nothing where there is no such thing; it is asked for only in a long log.
 * The calls throw ReplayError 'input/unreadable' for a log, called `name`, that is none.
 */
export function createLogScan(
  name: string,
  loadSearch: () => WebAssembly.Module | undefined,
  carriers: readonly Carrier[] = ALL_CARRIERS,
): LogScan {
  const first = new Uint8Array(FIRST_BYTES);
  let waiting = 0;
  let begun: { readonly carrier: string; readonly reader: ByteLogReader<unknown> } | undefined;
  let done = 0;
  let told = 0;

  /** Undefined as long as more bytes have to say which carrier the log belongs to. */
  function begin(bytes: Uint8Array, isWhole: boolean): typeof begun {
    const encoding = encodingOf(bytes, name);
    const shown = new StringDecoder(encoding).write(bytes.subarray(0, SHOWN_BYTES));
    const carrier = carrierOf(shown, carriers, isWhole || bytes.length >= SHOWN_BYTES);
    if (carrier === undefined) return undefined;
    const decoder = new StringDecoder(encoding);
    const reader =
      carrier.createByteFinder?.(decoder, encoding === 'utf8' ? loadSearch : undefined) ??
      decodeAll(carrier.createFinder(), decoder);
    reader.room().set(bytes);
    return { carrier: carrier.name, reader };
  }

  /** The regions that the bytes complete, `length` of them new. */
  function take(length: number, isLast: boolean): readonly unknown[] {
    if (begun) return begun.reader.take(length);
    waiting += length;
    begun = begin(first.subarray(0, waiting), isLast);
    return begun?.reader.take(waiting) ?? [];
  }

  return {
    room: () => begun?.reader.room() ?? first.subarray(waiting),

    take(length) {
      done += length;
      const regions = take(length, false);
      if (begun === undefined || (regions.length === 0 && done - told < PART_BYTES)) return undefined;
      told = done;
      return { carrier: begun.carrier, regions, done };
    },

    pause(silence) {
      const regions = begun?.reader.pause?.(silence) ?? [];
      return begun && regions.length > 0 ? { carrier: begun.carrier, regions, done } : undefined;
    },

    end() {
      if (done === 0) throw new ReplayError('input/unreadable', { path: name, reason: 'it is empty' });
      const regions = [...(begun ? [] : take(0, true)), ...(begun?.reader.end() ?? [])];
      return { carrier: begun?.carrier ?? '', regions, done };
    },
  };
}

/** For carriers that read text only. */
function decodeAll<T>(finder: TextReader<T>, decoder: StringDecoder): ByteLogReader<T> {
  const room = new Uint8Array(FIRST_BYTES);
  return {
    room: () => room,
    take: (length) => finder.push(decoder.write(room.subarray(0, length))),
    pause: (silence) => finder.pause?.(silence) ?? [],
    end: () => [...finder.push(decoder.end()), ...finder.end()],
  };
}
