// Reads a log of any length from its bytes. Where no report is going on, it looks for the signs of one in the bytes themselves and decodes
// only what stands around them: in a large syslog nearly nothing is ever made into text.

import type { ByteLogReader, TextDecoding } from '../../carrier.ts';
import { SIGNS } from '../grammar/families.ts';
import type { Sign } from '../grammar/family.ts';
import { ANY, type ByteSearch, KEY_LENGTH, MOST_GROUPS, startByteSearch } from './byte-search.ts';
import type { RegionReader } from './find-regions.ts';
import { BEFORE_SIGN, BEHIND_SIGN, CONTEXT_CHARACTERS, contextStart, LONGEST_LINE } from './report-signs.ts';

const LINE_FEED = 0x0a;
/** So much stays in the processor's cache between the copy from the system and the search. */
const ROOM_BYTES = 131_072;
/** So much is read as text before a search is worth its compilation. */
const TEXT_BYTES = 1 << 20;
/** Text is made in pieces of this size while a report is going on. */
const PIECE_BYTES = 16_384;
/** More than a sign needs on either side. */
const MARGIN = 64;
const LONGEST_KEPT = 2 * MARGIN + CONTEXT_CHARACTERS + LONGEST_LINE;

/** Searches a log, in an encoding that contains ASCII, for the signs of reports. `module` is the assembled byte-search.wat. */
export function startSignSearch(module: WebAssembly.Module): ByteSearch {
  const initials = [...new Set(SIGNS.map(({ text }) => text.charAt(0)))];
  const groups: string[][] = [];
  for (const sign of SIGNS) {
    const group = initials.indexOf(sign.text.charAt(0)) % MOST_GROUPS;
    groups[group] = [...(groups[group] ?? []), ...keysOf(sign)];
  }
  return startByteSearch(module, { groups, counted: LINE_FEED, capacity: LONGEST_KEPT + ROOM_BYTES });
}

/** A key begins with what stands in front of its sign, if that is known. */
function keysOf({ text, after }: Sign): string[] {
  const starts = after === undefined ? [''] : [...after];
  return starts.map((start) => (start + text).slice(0, KEY_LENGTH).padEnd(KEY_LENGTH, ANY));
}

function standsAt({ text, after }: Sign, bytes: Uint8Array, place: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[place + i] !== text.charCodeAt(i)) return false;
  return after === undefined || after.includes(String.fromCharCode(bytes[place - 1] ?? 0));
}

/** Everything is decoded where there is no search: an encoding that does not contain ASCII needs that. */
export function createByteLogReader<T>(
  reader: RegionReader<T>,
  decoder: TextDecoding,
  createSearch?: () => ByteSearch | undefined,
): ByteLogReader<T> {
  let search: ByteSearch | undefined;
  let bytes: Uint8Array = new Uint8Array(ROOM_BYTES);
  /** `bytes` holds the log up to here. */
  let filled = 0;
  /** The reader has been given, or told to skip, everything in front of this. */
  let told = 0;
  /** In front of this there is no sign that the reader does not know. */
  let searched = 0;
  /** Bytes that were read as text because there was no search yet. */
  let text = 0;
  /** The search counts line feeds: a log that ends its lines otherwise is read as text. */
  let hasLineFeeds = false;
  let batch: T[] = [];

  function give(until: number): void {
    for (const part of reader.push(decoder.write(bytes.subarray(told, until)))) batch.push(part);
    told = until;
    searched = Math.max(searched, told - MARGIN);
  }

  function skipTo(place: number): void {
    decoder.end();
    reader.skip(search?.count(told, place) ?? 0);
    told = place;
  }

  /** Start of the line that holds `place`, as far as it has not been told yet. */
  function lineStart(place: number): number {
    let start = place;
    while (start > told && bytes[start - 1] !== LINE_FEED) start--;
    return start;
  }

  function hasSign(place: number): boolean {
    return SIGNS.some((sign) => {
      const start = sign.after === undefined ? place : place + 1;
      return standsAt(sign, bytes, start) && isConfirmed(sign, start);
    });
  }

  function isConfirmed({ confirm }: Sign, place: number): boolean {
    const around = bytes.subarray(Math.max(0, place - BEFORE_SIGN), Math.min(filled, place + BEHIND_SIGN));
    return confirm === undefined || confirm.test(String.fromCharCode(...around));
  }

  /** Tells the reader what it needs of `bytes`; a sign near the end has to wait for what follows it. */
  function advance(found: ByteSearch, limit: number): void {
    while (told < filled || searched < limit) {
      if (!reader.isIdle()) {
        if (told === filled) return;
        give(Math.min(filled, told + PIECE_BYTES));
        continue;
      }
      const place = searched < limit ? found.find(searched, limit) : limit;
      if (place >= limit) {
        searched = Math.max(searched, limit);
        return;
      }
      searched = place + 1;
      if (!hasSign(place)) continue;
      const start = contextStart(place, told, lineStart);
      if (start > told) skipTo(start);
      give(Math.min(filled, Math.max(told + PIECE_BYTES, place + MARGIN)));
    }
  }

  /** Forgets what can be in no report, and moves the rest to the front. */
  function tidy(): void {
    if (reader.isIdle()) {
      const from = lineStart(Math.max(told, searched - CONTEXT_CHARACTERS));
      if (from > told) skipTo(from);
      // The line has no end so far and no sign: its first part is not missed.
      if (searched - told > LONGEST_LINE) skipTo(searched - CONTEXT_CHARACTERS);
    }
    const from = Math.max(0, Math.min(told, searched) - MARGIN);
    bytes.copyWithin(0, from, filled);
    filled -= from;
    told -= from;
    searched -= from;
  }

  function startSearch(): void {
    const last = bytes.subarray(Math.max(0, filled - MARGIN), filled);
    search = createSearch?.();
    if (!search) return;
    bytes = search.bytes;
    bytes.set(last);
    filled = last.length;
    told = last.length;
    searched = 0;
  }

  function taken(): readonly T[] {
    const result = batch;
    batch = [];
    return result;
  }

  return {
    room: () => bytes.subarray(filled, filled + ROOM_BYTES),

    take(length) {
      hasLineFeeds ||= bytes.subarray(filled, filled + length).includes(LINE_FEED);
      filled += length;
      if (search) {
        advance(search, filled - MARGIN);
        tidy();
      } else {
        give(filled);
        const isEnough = text < TEXT_BYTES && text + length >= TEXT_BYTES;
        text += length;
        if (isEnough && hasLineFeeds) startSearch();
        if (!search) filled = told = searched = 0;
      }
      return taken();
    },

    pause: (silence) => [...taken(), ...(reader.pause?.(silence) ?? [])],

    end() {
      if (search) advance(search, filled);
      return [...batch, ...reader.push(decoder.end()), ...reader.end()];
    },
  };
}
