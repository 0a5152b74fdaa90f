// Values as text, never without how they are known.

import { byteText } from '../../machine/byte-text.ts';
import { EFLAGS, type FlagName } from '../../machine/eflags.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import type { ValueCondition } from '../../reconstruction/lead-up.ts';
import type { KnownByte, KnownValue, Provenance } from '../../session/known-value.ts';

/** One character before a value. */
export const MARKS: Readonly<Record<Provenance, string>> = { observed: ' ', derived: '·', assumed: '≈', unknown: '?' };

export const MARKS_LEGEND = 'none printed in the log, · follows from it, ≈ assumed, ? unknown';

/** `·f21fea80`, nine columns; `?` for an unknown value. */
export function marked({ provenance, value }: KnownValue, digits = 8): string {
  if (value === undefined) return '?'.padEnd(digits + 1);
  return `${MARKS[provenance]}${value.toString(16).padStart(digits, '0')}`;
}

/** Without padding, in running text. */
export function inline(known: KnownValue): string {
  return marked(known).trim();
}

/** What a value depends on, after "if". */
export const CONDITIONS: Readonly<Record<ValueCondition, string>> = {
  'callee-kept': 'the callee kept it, as the calling convention asks',
  'earlier-step': 'the step before it led here',
  'this-way': 'the way shown is the one taken',
  'not-overwritten': 'nothing changed the word since but what is shown',
};

/** `derived`, `derived, if …`, `assumed: any x with …`. */
export function provenanceText({ provenance, constraint, knownBits, condition }: KnownValue): string {
  if (condition !== undefined && constraint === undefined) return `${provenance}, if ${CONDITIONS[condition]}`;
  const bits = knownBits === undefined ? '' : `, bits ${hex32(knownBits)} are certain`;
  return constraint === undefined ? `${provenance}${bits}` : `${provenance}: ${constraint}`;
}

export function markedByte(byte: KnownByte | undefined): string {
  return byte === undefined ? '?' : `${MARKS[byte.provenance].trim()}${byteText(byte.value)}`;
}

/** In the order of gdb. */
const SHOWN_FLAGS: readonly FlagName[] = ['CF', 'PF', 'AF', 'ZF', 'SF', 'TF', 'IF', 'DF', 'OF', 'NT', 'RF', 'VM', 'AC'];
/** Flags that code changes: only these can be unknown one by one. */
const ONE_BY_ONE: readonly FlagName[] = ['CF', 'PF', 'AF', 'ZF', 'SF', 'DF', 'OF'];

/** `[ PF ZF IF ]`; a flag that is not known has a question mark. */
export function flagsText({ value, knownBits }: KnownValue): string {
  if (value === undefined) return '?';
  const names = SHOWN_FLAGS.flatMap((name) => {
    const bit = EFLAGS[name];
    if (knownBits !== undefined && (knownBits & bit) === 0) return ONE_BY_ONE.includes(name) ? [`${name}?`] : [];
    return (value & bit) !== 0 ? [name] : [];
  });
  return `[ ${names.join(' ')} ]`;
}

export function flagMask(name: string): U32 | undefined {
  const upper = name.toUpperCase();
  return upper in EFLAGS ? (EFLAGS[upper as FlagName] as U32) : undefined;
}
