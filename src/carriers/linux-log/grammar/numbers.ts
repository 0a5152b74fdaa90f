// Hexadecimal values as logs print them, and the slips of a hand copy that can be mended without a guess.

import { parseHex32, type U32 } from '../../../machine/u32.ts';
import type { Fact } from '../assembly/fact.ts';

/** Sixteen digits whose upper half is zero count as 32 bits: i386 kernels print addresses so in a few places. */
export function parseAddress(text: string): U32 | undefined {
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  if (digits.length === 16 && digits.startsWith('00000000')) return parseHex32(digits.slice(8));
  return parseHex32(digits);
}

/** `(null)` is how some kernels print the address 0. */
export function parsePointer(text: string): U32 | undefined {
  return text === '(null)' ? parseHex32('0') : parseAddress(text);
}

const SLIPS: Readonly<Record<string, string>> = { o: '0', O: '0', l: '1', I: '1' };

/** "co183cbe" is c0183cbe; undefined where nothing has to be mended or something else is wrong too. */
export function mendSlips(text: string): string | undefined {
  const mended = text.replace(/[oOlI]/g, (slip) => SLIPS[slip] ?? slip);
  return mended !== text && /^[0-9a-f]+$/i.test(mended) ? mended : undefined;
}

/** An address after words that ask for one. */
export function readSlippedAddress(text: string): { readonly value: U32; readonly problem: Fact } | undefined {
  const mended = mendSlips(text);
  const value = mended === undefined || mended.length !== 8 ? undefined : parseHex32(mended);
  return mended === undefined || value === undefined
    ? undefined
    : { value, problem: repaired('the address', text, mended) };
}

/** An address between angle brackets. One digit at least shows that it is no word. */
const BRACKETED = /<(?=[^<>]*\d)([0-9a-fA-FoOlI]{8})>/g;

const SLIPPED = /<[0-9a-fA-F]{0,7}[oOlI]/;

/** The line with the letters in its addresses mended, and what says so; undefined where there are none. */
export function mendAddresses(line: string): { readonly line: string; readonly problems: readonly Fact[] } | undefined {
  if (!SLIPPED.test(line)) return undefined;
  const problems: Fact[] = [];
  const mended = line.replace(BRACKETED, (whole, digits: string) => {
    const address = mendSlips(digits);
    if (address === undefined) return whole;
    problems.push(repaired('the address', digits, address));
    return `<${address}>`;
  });
  return problems.length > 0 ? { line: mended, problems } : undefined;
}

function repaired(what: string, text: string, mended: string): Fact {
  return { kind: 'problem', code: 'repaired', message: `${what} "${text}" read as ${mended}` };
}

export interface ReadNumber {
  readonly value?: U32;
  readonly problem?: Fact;
}

/** The value of `register` in exactly `digits` hexadecimal digits. O for 0 and l for 1 are mended and reported; anything else is reported and left out. */
export function readFixedHex(text: string, digits: number, register: string): ReadNumber {
  if (text.length === digits) {
    const value = parseHex32(text);
    if (value !== undefined) return { value };
    const mended = mendSlips(text);
    const second = mended === undefined ? undefined : parseHex32(mended);
    if (second !== undefined)
      return {
        value: second,
        problem: { kind: 'problem', code: 'repaired', message: `%${register} "${text}" read as ${mended}`, register },
      };
  }
  return {
    problem: {
      kind: 'problem',
      code: 'bad-number',
      message: `%${register} is "${text}", not ${digits} hexadecimal digits: left out`,
      register,
    },
  };
}
