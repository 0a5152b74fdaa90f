// The points of comparison, in words.

import { exceptionOfVector } from '../../machine/faults.ts';
import { hex32 } from '../../machine/u32.ts';
import type { Check, CheckName, CheckNote } from '../../replay/check.ts';
import { inferenceText } from './inference.ts';

export const CHECK_TITLES: Readonly<Record<CheckName, string>> = {
  exception: 'exception',
  'instruction-address': 'instruction',
  'fault-address': 'fault address',
  'access-kind': 'access',
  'error-code': 'error code',
  privilege: 'privilege',
  headline: 'headline',
};

/** What the log says and what the replay did. */
export function checkValues(check: Check): { readonly expected: string; readonly actual: string } {
  switch (check.name) {
    case 'exception':
      return both(check, exceptionText);
    case 'instruction-address':
    case 'fault-address':
      return both(check, hex32);
    case 'error-code':
      return both(check, (value) => hex32(value).slice(4));
    case 'access-kind':
    case 'privilege':
      return { expected: check.expected, actual: check.actual };
    case 'headline':
      return both(check, (zone) => HEADLINE_CLAIMS[zone]);
  }
}

const HEADLINE_CLAIMS = { 'first-page': 'below 4096', 'beyond-first-page': '4096 or above' } as const;

function both<T>(
  { expected, actual }: { readonly expected: T; readonly actual: T },
  words: (value: T) => string,
): { readonly expected: string; readonly actual: string } {
  return { expected: words(expected), actual: words(actual) };
}

function exceptionText(vector: number): string {
  return exceptionOfVector(vector)?.mnemonic ?? `vector ${vector}`;
}

export function checkNoteText(note: CheckNote): string {
  return note === 'operand-computed-from-it'
    ? 'part of the operand was computed from this address'
    : inferenceText(note);
}
