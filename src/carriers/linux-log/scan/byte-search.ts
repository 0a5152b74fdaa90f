// Finds the places where one of a few short keys may begin in a long run of bytes, sixteen at a time: a WebAssembly module written here,
// instruction by instruction, because nothing else in JavaScript compares more than one byte at once.
// Letters are told apart by their two nibbles. A table per nibble has one bit for each group of keys; where all tables agree on a bit, a key of
// that group may begin. Three letters of each key count, but most bytes are only screened: by the first letter, and half of the third.

import {
  addPairsOf8,
  addPairsOf16,
  and,
  any,
  bits,
  block,
  call,
  counted,
  end,
  equal,
  get,
  giveBack,
  I32,
  i32,
  i32Add,
  i32And,
  i32AtLeastSigned,
  i32AtLeastUnsigned,
  i32LessUnsigned,
  i32Ones,
  i32ShiftLeft,
  i32Subtract,
  i32TrailingZeros,
  i32Xor,
  ifThen,
  jumpIf,
  lane32,
  load,
  loadAt,
  lookUp,
  loop,
  or,
  repeat,
  select,
  set,
  shiftRight16,
  shuffle,
  sized,
  subtract8,
  tee,
  text,
  unequal,
  unsigned,
  V128,
  vector,
} from './vector-code.ts';

/** Memory of the module, and what it can tell about it. The bytes are written straight into `bytes`. */
export interface ByteSearch {
  readonly bytes: Uint8Array;
  /** The first place at or behind `from` where a key may begin (its groups say so; look closer); `until` where there is none. */
  find(from: number, until: number): number;
  /** How often the byte `value` occurs in front of `until`. */
  count(from: number, until: number): number;
}

/** The letters of a key that are compared. Two that stand apart and one beside tell words apart better than three in a row. */
const COMPARED = [0, 2, 3] as const;
/** Letters of a key. */
export const KEY_LENGTH = 4;
/** A letter of a key that may be anything. */
export const ANY = '?';
const LANES = 16;
/** Vectors that are counted in one round, and rounds until a lane of eight bits may be full. */
const UNROLLED = 4;
const MOST_ROUNDS = 63;
const PAGE = 65_536;
const LOW_NIBBLES = new Array<number>(LANES).fill(0x0f);
/** Vectors that are screened in one round. */
const SCREENED = 4;
/** The functions of the module. */
const [FIND, COUNT, FIND_EXACTLY] = [0, 1, 2];

/** Lane 0 is the byte `distance` in front of `now`; `before` is the vector that stands in front of `now`. */
const shifted = (before: number, now: number, distance: number): number[] => [
  ...get(before),
  ...get(now),
  ...shuffle(Array.from({ length: LANES }, (_, lane) => LANES - distance + lane)),
];

interface Tables {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** For each of the `places` of a key: the bit of a group is set at each low and each high nibble that one of its keys has there. */
function tablesOf(groups: readonly (readonly string[])[], places: readonly number[]): Tables[] {
  if (groups.length > 8) throw new RangeError('more than eight groups of keys');
  return places.map((place) => {
    const low = new Array<number>(LANES).fill(0);
    const high = new Array<number>(LANES).fill(0);
    const mark = (table: number[], nibble: number, group: number) => {
      table[nibble] = (table[nibble] ?? 0) | (1 << group);
    };
    for (const [group, keys] of groups.entries())
      for (const letter of keys.map((key) => key.charAt(place)))
        for (let byte = 0; byte < 256; byte++)
          if (letter === ANY || letter.charCodeAt(0) === byte) {
            mark(low, byte & 15, group);
            mark(high, byte >> 4, group);
          }
    return { low, high };
  });
}

/** What stands in front of a sign is common, so keys that differ in nothing else are screened by what follows it. */
function screenedLetters(keys: readonly string[]): string[] {
  const start = new Set(keys.map((key) => key.charAt(0))).size > 1 ? 1 : 0;
  return keys.map((key) => key.slice(start));
}

/**
 * `find(from, until)`: the parameters are locals 0 and 1. `SCREENED` vectors a round; where something passes, they are searched exactly.
 * A key shows at its third letter or at its last one, so those that begin up to three bytes in front of the vectors are searched too.
 */
function findBody(groups: readonly (readonly string[])[]): number[] {
  const [FROM, UNTIL, AT, FOUND, BOUND] = [0, 1, 2, 3, 4];
  const [FIRST_LOW, FIRST_HIGH, THIRD_LOW, MASK, NOW, PASSED] = [5, 6, 7, 8, 9, 10];
  /** What the tables gave for the first letter in each vector, and for the one before them. */
  const [FIRST, LAST] = [11, 11 + SCREENED];
  const [first, third] = tablesOf(groups.map(screenedLetters), [0, 2]) as [Tables, Tables];
  const step = SCREENED * LANES;
  const screen = (i: number): number[] => [
    ...[...get(AT), ...loadAt(i * LANES), ...tee(NOW)],
    ...[...i32(4), ...shiftRight16, ...get(MASK), ...and, ...set(FIRST + i)],
    ...[...get(NOW), ...get(MASK), ...and, ...set(NOW)],
    ...[...get(FIRST_HIGH), ...get(FIRST + i), ...lookUp, ...get(FIRST_LOW), ...get(NOW), ...lookUp, ...and],
    ...set(FIRST + i),
    ...[...shifted(i === 0 ? LAST : FIRST + i - 1, FIRST + i, 2), ...get(THIRD_LOW), ...get(NOW), ...lookUp, ...and],
    ...(i === 0 ? set(PASSED) : [...get(PASSED), ...or, ...set(PASSED)]),
  ];
  return [
    ...counted([
      [3, I32],
      [7 + SCREENED, V128],
    ]),
    ...[...vector(first.low), ...set(FIRST_LOW), ...vector(first.high), ...set(FIRST_HIGH)],
    ...[...vector(third.low), ...set(THIRD_LOW), ...vector(LOW_NIBBLES), ...set(MASK)],
    ...[...get(FROM), ...set(AT)],
    ...block,
    ...[...get(AT), ...get(UNTIL), ...i32(KEY_LENGTH - 1), ...i32Add, ...i32AtLeastUnsigned, ...jumpIf(0)],
    ...loop,
    ...Array.from({ length: SCREENED }, (_, i) => screen(i)).flat(),
    ...[...get(PASSED), ...any, ...ifThen],
    ...[...get(AT), ...i32(KEY_LENGTH - 1), ...i32Subtract, ...tee(FOUND), ...get(FROM)],
    ...[...get(FOUND), ...get(FROM), ...i32AtLeastSigned, ...select],
    ...[...get(AT), ...i32(step), ...i32Add, ...tee(BOUND), ...get(UNTIL)],
    ...[...get(BOUND), ...get(UNTIL), ...i32LessUnsigned, ...select, ...tee(BOUND)],
    ...[...call(FIND_EXACTLY), ...tee(FOUND), ...get(BOUND), ...i32LessUnsigned],
    ...[...ifThen, ...get(FOUND), ...giveBack, ...end],
    ...end,
    ...[...get(FIRST + SCREENED - 1), ...set(LAST), ...get(AT), ...i32(step), ...i32Add, ...tee(AT)],
    ...[...get(UNTIL), ...i32(KEY_LENGTH - 1), ...i32Add, ...i32LessUnsigned, ...jumpIf(0)],
    ...[...end, ...end, ...get(UNTIL), ...end],
  ];
}

/** As `find`, by all three letters. The parameters are locals 0 and 1. */
function findExactlyBody(groups: readonly (readonly string[])[]): number[] {
  const [AT, UNTIL, FOUND] = [0, 1, 2];
  const [LOW, HIGH, MASK, NOW, NOW_HIGH] = [3, 6, 9, 10, 11];
  /** What the first and second tables gave for these sixteen bytes, and for those before them. */
  const [FIRST, SECOND, LAST_FIRST, LAST_SECOND] = [12, 13, 14, 15];
  const match = (place: number): number[] => [
    ...[...get(LOW + place), ...get(NOW), ...lookUp],
    ...[...get(HIGH + place), ...get(NOW_HIGH), ...lookUp],
    ...and,
  ];
  return [
    ...counted([
      [1, I32],
      [13, V128],
    ]),
    ...tablesOf(groups, COMPARED).flatMap(({ low, high }, place) => [
      ...[...vector(low), ...set(LOW + place)],
      ...[...vector(high), ...set(HIGH + place)],
    ]),
    ...[...vector(LOW_NIBBLES), ...set(MASK)],
    ...block,
    // A key that begins in the last three bytes shows when those behind them are seen.
    ...[...get(AT), ...get(UNTIL), ...i32(KEY_LENGTH - 1), ...i32Add, ...i32AtLeastUnsigned, ...jumpIf(0)],
    ...loop,
    ...[...get(AT), ...load, ...tee(NOW), ...i32(4), ...shiftRight16, ...get(MASK), ...and, ...set(NOW_HIGH)],
    ...[...get(NOW), ...get(MASK), ...and, ...set(NOW)],
    ...[...match(0), ...set(FIRST), ...match(1), ...set(SECOND)],
    ...shifted(LAST_FIRST, FIRST, COMPARED[2] - COMPARED[0]),
    ...[...shifted(LAST_SECOND, SECOND, COMPARED[2] - COMPARED[1]), ...and, ...match(2), ...and, ...tee(NOW)],
    ...[...any, ...ifThen],
    ...[...get(AT), ...i32(1 - KEY_LENGTH), ...i32Add],
    ...[...get(NOW), ...vector(new Array<number>(LANES).fill(0)), ...unequal, ...bits, ...i32TrailingZeros, ...i32Add],
    ...[...tee(FOUND), ...get(UNTIL), ...get(FOUND), ...get(UNTIL), ...i32LessUnsigned, ...select, ...giveBack],
    ...end,
    ...[...get(FIRST), ...set(LAST_FIRST), ...get(SECOND), ...set(LAST_SECOND)],
    ...[...get(AT), ...i32(LANES), ...i32Add, ...tee(AT)],
    ...[...get(UNTIL), ...i32(KEY_LENGTH - 1), ...i32Add, ...i32LessUnsigned, ...jumpIf(0)],
    ...[...end, ...end, ...get(UNTIL), ...end],
  ];
}

/**
 * `count(from, until)` of `byte`: `UNROLLED` vectors a round, whose lanes count for themselves for as many rounds as a byte can hold; then
 * one vector a round, of the last one the lanes in front of `until`.
 */
function countBody(byte: number): number[] {
  const [AT, UNTIL, SUM, ROUNDS, SOUGHT, LANE_SUMS] = [0, 1, 2, 3, 4, 5];
  const found = (offset: number): number[] => [...get(AT), ...loadAt(offset), ...get(SOUGHT), ...equal];
  const matches = [...found(0), ...bits];
  const step = UNROLLED * LANES;
  const isLess = (length: number): number[] => [
    ...[...get(UNTIL), ...get(AT), ...i32(length), ...i32Add, ...i32LessUnsigned],
  ];
  const laneTotals = [...get(LANE_SUMS), ...addPairsOf8, ...addPairsOf16, ...tee(LANE_SUMS)];
  return [
    ...counted([
      [2, I32],
      [2, V128],
    ]),
    ...[...vector(new Array<number>(LANES).fill(byte)), ...set(SOUGHT)],
    ...[...block, ...loop, ...isLess(step), ...jumpIf(1)],
    ...[...vector(new Array<number>(LANES).fill(0)), ...set(LANE_SUMS), ...i32(MOST_ROUNDS), ...set(ROUNDS)],
    ...[...block, ...loop, ...isLess(step), ...jumpIf(1)],
    // A match is -1 in its lane.
    ...get(LANE_SUMS),
    ...Array.from({ length: UNROLLED }, (_, i) => [...found(i * LANES), ...subtract8]).flat(),
    ...set(LANE_SUMS),
    ...[...get(AT), ...i32(step), ...i32Add, ...set(AT)],
    ...[...get(ROUNDS), ...i32(1), ...i32Subtract, ...tee(ROUNDS), ...jumpIf(0), ...end, ...end],
    ...[...laneTotals, ...lane32(0), ...get(LANE_SUMS), ...lane32(1), ...i32Add],
    ...[...get(LANE_SUMS), ...lane32(2), ...i32Add, ...get(LANE_SUMS), ...lane32(3), ...i32Add],
    ...[...get(SUM), ...i32Add, ...set(SUM), ...repeat, ...end, ...end],
    ...[...block, ...loop, ...isLess(LANES), ...jumpIf(1)],
    ...[...get(SUM), ...matches, ...i32Ones, ...i32Add, ...set(SUM)],
    ...[...get(AT), ...i32(LANES), ...i32Add, ...set(AT), ...repeat],
    ...[...end, ...end],
    ...[
      ...matches,
      ...i32(-1),
      ...get(UNTIL),
      ...get(AT),
      ...i32Subtract,
      ...i32ShiftLeft,
      ...i32(-1),
      ...i32Xor,
      ...i32And,
    ],
    ...[...i32Ones, ...get(SUM), ...i32Add, ...end],
  ];
}

/**
 * A module that searches for keys of `KEY_LENGTH` ASCII letters, in up to eight groups, in up to `capacity` bytes, and counts the byte
 * `counts`. The keys of one group should be alike: a mixture of their letters is found too.
 */
export function byteSearchCode(
  groups: readonly (readonly string[])[],
  counts: number,
  capacity: number,
): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil((capacity + (SCREENED + 1) * LANES) / PAGE);
  const section = (id: number, ...items: readonly (readonly number[])[]): number[] => [id, ...sized(counted(items))];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 2, I32, I32, 1, I32]),
    ...section(3, [0], [0], [0]),
    ...section(5, [0, ...unsigned(pages)]),
    ...section(7, [...text('memory'), 2, 0], [...text('find'), 0, FIND], [...text('count'), 0, COUNT]),
    ...section(10, sized(findBody(groups)), sized(countBody(counts)), sized(findExactlyBody(groups))),
  ]);
}

/** Starts a module of `byteSearchCode`, made for no more than `capacity` bytes; every thread that searches needs its own. */
export function startByteSearch(module: WebAssembly.Module, capacity: number): ByteSearch {
  const { memory, find, count } = new WebAssembly.Instance(module).exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof find !== 'function' || typeof count !== 'function')
    throw new TypeError('the search module has not what it was written with');
  return {
    bytes: new Uint8Array(memory.buffer, 0, capacity),
    find: find as ByteSearch['find'],
    count: count as ByteSearch['count'],
  };
}
