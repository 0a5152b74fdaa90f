// Starts the search of byte-search.wat, and fills the tables by which it recognises keys.

/** A memory, and what the search can say about it. The bytes are written straight into `bytes`. */
export interface ByteSearch {
  readonly bytes: Uint8Array;
  /** The first place from `from` on where a key may begin (its groups say so; look closer); `until` if there is none before it. */
  find(from: number, until: number): number;
  /** How often the byte `counted` occurs before `until`. */
  count(from: number, until: number): number;
}

export interface SearchedKeys {
  /**
   * Up to eight groups of keys, each of `KEY_LENGTH` ASCII letters. The keys of one group should be alike: a mixture of their letters is
   * found too.
   */
  readonly groups: readonly (readonly string[])[];
  /** The byte that `count` counts. */
  readonly counted: number;
  /** So many bytes can be searched at once. */
  readonly capacity: number;
}

/** Letters of a key. */
export const KEY_LENGTH = 4;
/** A letter of a key that may be anything. */
export const ANY = '?';
/** The letters of a key that are compared. Two that stand apart and one beside them tell words apart better than three in a row. */
const COMPARED = [0, 2, 3];
/** Of what follows the first letter, or of the whole key, the letters that are screened. */
const SCREENED = [0, 2];
/** One bit of a table is for each group. */
export const MOST_GROUPS = 8;

/** The memory of byte-search.wat: where its tables of screened letters and the searched bytes begin, and how far it reads beyond them. */
const SCREEN_TABLES = 96;
const SEARCHED_BYTES = 256;
const READ_BEYOND = 80;
const PAGE = 65_536;
const NIBBLES = 16;

/** Starts the assembled module. Every thread that searches needs a search of its own. */
export function startByteSearch(module: WebAssembly.Module, { groups, counted, capacity }: SearchedKeys): ByteSearch {
  if (groups.length > MOST_GROUPS) throw new RangeError('more than eight groups of keys');
  const memory = new WebAssembly.Memory({ initial: Math.ceil((SEARCHED_BYTES + capacity + READ_BEYOND) / PAGE) });
  const { find, count } = new WebAssembly.Instance(module, { search: { memory } }).exports;
  if (typeof find !== 'function' || typeof count !== 'function')
    throw new TypeError('the module of the search exports no find and count');
  const tables = new Uint8Array(memory.buffer, 0, SEARCHED_BYTES);
  tables.set(nibbleTables(groups, COMPARED));
  tables.set(nibbleTables(groups.map(screenedLetters), SCREENED), SCREEN_TABLES);
  return {
    bytes: new Uint8Array(memory.buffer, SEARCHED_BYTES, capacity),
    find: find as ByteSearch['find'],
    count: (from, until) => count(from, until, counted),
  };
}

/**
 * Two tables of 16 bytes for each of the `letters` of the keys, by the low and by the high nibble: the bit of a group is set at each nibble
 * that one of its keys has there.
 */
function nibbleTables(groups: readonly (readonly string[])[], letters: readonly number[]): Uint8Array {
  const tables = new Uint8Array(letters.length * 2 * NIBBLES);
  const mark = (at: number, group: number) => {
    tables[at] = (tables[at] ?? 0) | (1 << group);
  };
  for (const [i, letter] of letters.entries())
    for (const [group, keys] of groups.entries())
      for (const byte of keys.flatMap((key) => bytesOf(key.charAt(letter)))) {
        mark(2 * i * NIBBLES + (byte & 15), group);
        mark((2 * i + 1) * NIBBLES + (byte >> 4), group);
      }
  return tables;
}

function bytesOf(letter: string): readonly number[] {
  return letter === ANY ? Array.from({ length: 256 }, (_, byte) => byte) : [letter.charCodeAt(0)];
}

/** What stands before a sign is common, so keys that differ in nothing else are screened by what follows it. */
function screenedLetters(keys: readonly string[]): string[] {
  const start = new Set(keys.map((key) => key.charAt(0))).size > 1 ? 1 : 0;
  return keys.map((key) => key.slice(start));
}
