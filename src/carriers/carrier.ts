// What every carrier is to the rest of the program: a form in which crashes reach us, which is recognised, searched and read. To add one,
// make a folder beside linux-log and give it a row in all-carriers.ts.

import type { Diagnostic } from '../snapshot/diagnostic.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export type ForeignArchitecture = 'x86-64' | 'arm' | 'arm64' | 'mips' | 'powerpc' | 'other';

/** Whose crash texts are told from a kernel's report: the program or system that writes them. KVM's registers are shown by QEMU. */
export type ForeignWriter = 'windbg' | 'windows' | 'wine' | 'qemu' | 'hotspot' | 'tombstone' | 'haiku';

/** What another architecture's kernel or another writer printed: recognised so that the user hears of it, never replayed. */
export type ForeignReport =
  | { readonly architecture: ForeignArchitecture; readonly writer?: undefined; readonly line: number }
  | { readonly writer: ForeignWriter; readonly architecture?: undefined; readonly line: number };

/** What a log, or a part of it, says. */
export interface ParsedLog {
  /** In the order of their first lines. */
  readonly reports: readonly Snapshot[];
  readonly foreign: readonly ForeignReport[];
  /** What was noticed outside every report. */
  readonly diagnostics: readonly Diagnostic[];
}

/** For how long nothing has come: whoever writes may only be slow, or has no more to say for now. */
export type Silence = 'short' | 'long';

/** Takes text piece by piece, and gives what it has completed as `T`s. */
export interface TextReader<T> {
  /** The next piece of the text, cut anywhere. */
  push(text: string): readonly T[];
  /** Nothing has come for a moment: gives what has its end, and what may go on stays; after a long `silence` that is given too. Optional. */
  pause?(silence: Silence): readonly T[];
  /** The text is over; gives the rest. */
  end(): readonly T[];
}

/** Makes text of bytes that come in pieces cut anywhere; `end` gives what is left of a piece, and starts anew. */
export interface TextDecoding {
  write(bytes: Uint8Array): string;
  end(): string;
}

/** Takes bytes piece by piece, and gives what it has completed as `T`s. */
export interface ByteLogReader<T> {
  /** Where the next bytes of the log are to be put. It is another place after each `take`. */
  room(): Uint8Array;
  /** The first `length` bytes of the room have been filled; gives what was completed by them. */
  take(length: number): readonly T[];
  /** As the reader of text. */
  pause?(silence: Silence): readonly T[];
  /** The log is over; gives the rest. */
  end(): readonly T[];
}

/**
 * Reading is two steps, which may run on two threads: a finder cuts out the regions that can hold reports, and `read` says what they hold.
 * `Region` is the carrier's own; it has to be plain data. Neither step throws, whatever the text.
 */
export interface Carrier<Region = unknown> {
  /** It stands in each snapshot as `carrier`. */
  readonly name: string;
  /** Whether a log that begins with `start` is in this form; undefined if that needs more of it. */
  recognises(start: string): boolean | undefined;
  createFinder(): TextReader<Region>;
  /**
   * Gives the regions of the same log faster, from its bytes; absent if there is no faster way. `loadSearch` gives the assembled module
   * of sign-search, or nothing where it cannot run; it is absent where the encoding does not contain ASCII.
   */
  createByteFinder?(
    decoder: TextDecoding,
    loadSearch: (() => WebAssembly.Module | undefined) | undefined,
  ): ByteLogReader<Region>;
  /** What the regions say, in their order. */
  read(regions: readonly Region[]): ParsedLog;
}
