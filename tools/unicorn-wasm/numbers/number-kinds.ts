// The kinds of numbers that expressions have. JavaScript has one kind of number; the WebAssembly that the script came from had several, and
// the way `wasm2js` printed an expression shows which one it was: `+x` is a double, `x|0` an int32.

/** What a variable can hold. */
export type StoredType = 'double' | 'int';
/** What a function gives. */
export type ResultType = StoredType | 'nothing';
/** Of any expression; a `literal` is a whole number that may be taken as an int or as a double. */
export type NumberType = ResultType | 'literal';

/**
 * Which number JavaScript sees in the 32 bits of an int. It matters in comparisons, divisions and where a truth value is needed.
 *
 * | range      | the number is                                                    |
 * |------------|------------------------------------------------------------------|
 * | `signed`   | an int32                                                         |
 * | `unsigned` | a uint32                                                         |
 * | `small`    | not negative and below 2^31, so an int32 and a uint32            |
 * | `either`   | an int32 or a uint32, depending on the way by which it came here |
 * | `loose`    | a sum or difference that has not been cut to 32 bits             |
 */
export type Range = 'signed' | 'unsigned' | 'small' | 'either' | 'loose';

export function joinTypes(a: NumberType, b: NumberType): NumberType {
  if (a === b || b === 'nothing') return a;
  if (a === 'nothing') return b;
  if (a === 'literal') return b;
  if (b === 'literal') return a;
  return 'double';
}

/** `undefined` stands for no value so far. */
export function joinRanges(a: Range | undefined, b: Range | undefined): Range | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined || b === 'small') return a;
  if (a === 'small') return b;
  return a === 'loose' || b === 'loose' ? 'loose' : 'either';
}

export function literalRange(value: number): Range {
  if (value < 0) return 'signed';
  return value < 2 ** 31 ? 'small' : 'unsigned';
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!=', '===', '!==']);
const BITWISE = new Set(['|', '&', '^', '<<', '>>']);

export const isComparison = (operator: string): boolean => COMPARISONS.has(operator);
/** `>>>` is not among them, as it alone gives a uint32. */
export const isBitwise = (operator: string): boolean => BITWISE.has(operator);
