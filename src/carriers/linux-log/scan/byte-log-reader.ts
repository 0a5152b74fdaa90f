// Reads a log of any length from its bytes. Where no report is going on, it looks for the signs of one in the bytes themselves and decodes
// only what stands around them: in a large syslog nearly nothing is ever made into text.

import type { ByteLogReader, Silence, TextDecoding } from '../../carrier.ts';
import { SIGNS } from '../grammar/families.ts';
import type { Sign } from '../grammar/family.ts';
import { ANY, type ByteSearch, KEY_LENGTH, MOST_GROUPS, startByteSearch } from './byte-search.ts';
import type { RegionReader } from './find-regions.ts';
import { AFTER_SIGN, BEFORE_SIGN, CONTEXT_CHARACTERS, contextStart, LONGEST_LINE } from './report-signs.ts';

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

/** A key begins with what stands before its sign, if that is known. */
function keysOf({ text, after }: Sign): string[] {
  const starts = after === undefined ? [''] : [...after];
  return starts.map((start) => (start + text).slice(0, KEY_LENGTH).padEnd(KEY_LENGTH, ANY));
}

function standsAt({ text, after }: Sign, bytes: Uint8Array, place: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[place + i] !== text.charCodeAt(i)) return false;
  return after === undefined || after.includes(String.fromCharCode(bytes[place - 1] ?? 0));
}

/** Everything is decoded where there is no search: an encoding that does not contain ASCII needs that. */
export class SearchingLogReader<T> implements ByteLogReader<T> {
  readonly #reader: RegionReader<T>;
  readonly #decoder: TextDecoding;
  readonly #createSearch: (() => ByteSearch | undefined) | undefined;
  #search: ByteSearch | undefined;
  #bytes: Uint8Array = new Uint8Array(ROOM_BYTES);
  /** `#bytes` holds the log up to here. */
  #filled = 0;
  /** Everything before this place has been given to the reader, or skipped. */
  #passed = 0;
  /** Everything before this place has been searched: the reader knows of each sign there. */
  #searched = 0;
  /** Bytes that were read as text because there was no search yet. */
  #readAsText = 0;
  /** The search counts line feeds: a log that ends its lines otherwise is read as text. */
  #hasLineFeeds = false;
  #batch: T[] = [];

  constructor(reader: RegionReader<T>, decoder: TextDecoding, createSearch?: () => ByteSearch | undefined) {
    this.#reader = reader;
    this.#decoder = decoder;
    this.#createSearch = createSearch;
  }

  room(): Uint8Array {
    return this.#bytes.subarray(this.#filled, this.#filled + ROOM_BYTES);
  }

  take(length: number): readonly T[] {
    this.#hasLineFeeds ||= this.#bytes.subarray(this.#filled, this.#filled + length).includes(LINE_FEED);
    this.#filled += length;
    if (this.#search) {
      this.#advance(this.#search, this.#filled - MARGIN);
      this.#tidy();
    } else this.#takeAsText(length);
    return this.#taken();
  }

  pause(silence: Silence): readonly T[] {
    return [...this.#taken(), ...(this.#reader.pause?.(silence) ?? [])];
  }

  end(): readonly T[] {
    if (this.#search) this.#advance(this.#search, this.#filled);
    return [...this.#taken(), ...this.#reader.push(this.#decoder.end()), ...this.#reader.end()];
  }

  #taken(): readonly T[] {
    const taken = this.#batch;
    this.#batch = [];
    return taken;
  }

  #takeAsText(length: number): void {
    this.#give(this.#filled);
    const isEnough = this.#readAsText < TEXT_BYTES && this.#readAsText + length >= TEXT_BYTES;
    this.#readAsText += length;
    if (isEnough && this.#hasLineFeeds) this.#startSearch();
    if (!this.#search) this.#filled = this.#passed = this.#searched = 0;
  }

  #startSearch(): void {
    const last = this.#bytes.subarray(Math.max(0, this.#filled - MARGIN), this.#filled);
    this.#search = this.#createSearch?.();
    if (!this.#search) return;
    this.#bytes = this.#search.bytes;
    this.#bytes.set(last);
    this.#filled = last.length;
    this.#passed = last.length;
    this.#searched = 0;
  }

  /** Gives the reader what it needs of the bytes; a sign near the end has to wait for what follows it. */
  #advance(search: ByteSearch, limit: number): void {
    while (this.#passed < this.#filled || this.#searched < limit) {
      if (!this.#reader.isIdle()) {
        if (this.#passed === this.#filled) return;
        this.#give(Math.min(this.#filled, this.#passed + PIECE_BYTES));
        continue;
      }
      const place = this.#searched < limit ? search.find(this.#searched, limit) : limit;
      if (place >= limit) {
        this.#searched = Math.max(this.#searched, limit);
        return;
      }
      this.#searched = place + 1;
      if (!this.#hasSign(place)) continue;
      const start = contextStart(place, this.#passed, (at) => this.#lineStart(at));
      if (start > this.#passed) this.#skipTo(start);
      this.#give(Math.min(this.#filled, Math.max(this.#passed + PIECE_BYTES, place + MARGIN)));
    }
  }

  #give(until: number): void {
    const text = this.#decoder.write(this.#bytes.subarray(this.#passed, until));
    for (const part of this.#reader.push(text)) this.#batch.push(part);
    this.#passed = until;
    this.#searched = Math.max(this.#searched, this.#passed - MARGIN);
  }

  #skipTo(place: number): void {
    this.#decoder.end();
    this.#reader.skip(this.#search?.count(this.#passed, place) ?? 0);
    this.#passed = place;
  }

  /** Start of the line that holds `place`, as far as it has not been passed yet. */
  #lineStart(place: number): number {
    let start = place;
    while (start > this.#passed && this.#bytes[start - 1] !== LINE_FEED) start--;
    return start;
  }

  #hasSign(place: number): boolean {
    return SIGNS.some((sign) => {
      const start = sign.after === undefined ? place : place + 1;
      return standsAt(sign, this.#bytes, start) && this.#isConfirmed(sign, start);
    });
  }

  #isConfirmed({ confirm }: Sign, place: number): boolean {
    const around = this.#bytes.subarray(Math.max(0, place - BEFORE_SIGN), Math.min(this.#filled, place + AFTER_SIGN));
    return confirm === undefined || confirm.test(String.fromCharCode(...around));
  }

  /** Forgets what can be in no report, and moves the rest to the start of the room. */
  #tidy(): void {
    if (this.#reader.isIdle()) {
      const from = this.#lineStart(Math.max(this.#passed, this.#searched - CONTEXT_CHARACTERS));
      if (from > this.#passed) this.#skipTo(from);
      // The line has no end so far and no sign: its first part is not missed.
      if (this.#searched - this.#passed > LONGEST_LINE) this.#skipTo(this.#searched - CONTEXT_CHARACTERS);
    }
    const from = Math.max(0, Math.min(this.#passed, this.#searched) - MARGIN);
    this.#bytes.copyWithin(0, from, this.#filled);
    this.#filled -= from;
    this.#passed -= from;
    this.#searched -= from;
  }
}
