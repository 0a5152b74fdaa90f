// From what the network knows at a step to values with their provenance.

import { ARITHMETIC_FLAGS, EFLAGS } from '../../machine/eflags.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { KnownValue, ValueCondition } from '../lead-up.ts';
import type { KnownBits } from '../network/known-bits.ts';

export const UNKNOWN: KnownValue = { provenance: 'unknown' };

/** Fewer certain bits than this say too little to be shown. */
const SHOWN_BITS = 8;
/** TF is 0 while code runs unless a debugger steps it; the log shows what it was at the fault. */
const FLAG_BITS = ARITHMETIC_FLAGS | EFLAGS.DF;

export interface Source {
  readonly bits: KnownBits;
  /** A value that fits, where one was chosen. */
  readonly witness?: number;
  /** Bits that the value has; the others are no knowledge. */
  readonly width?: number;
  /** Why a known value is not certain. */
  readonly doubt?: ValueCondition;
}

const CONSTRAINTS: Readonly<Record<ValueCondition, string>> = {
  'callee-kept': 'if the callee kept it, as the calling convention asks',
  'earlier-step': 'if the step before it led here',
  'this-way': 'if the way shown is the one taken',
  'not-overwritten': 'if nothing changed the word since but what is shown',
};

export function knownValue({ bits, witness, doubt, width = 32 }: Source): KnownValue {
  if (bits.unknown === 0) {
    const value = wrapU32(bits.value);
    return doubt === undefined
      ? { provenance: 'derived', value }
      : { provenance: 'assumed', value, constraint: CONSTRAINTS[doubt], condition: doubt };
  }
  return partlyKnown(bits, witness, width);
}

function partlyKnown(bits: KnownBits, witness: number | undefined, width: number): KnownValue {
  const known = wrapU32(~bits.unknown & (width === 32 ? -1 : (1 << width) - 1));
  if (witness === undefined || countBits(known) < Math.min(SHOWN_BITS, width / 2)) return UNKNOWN;
  return {
    provenance: 'assumed',
    value: wrapU32(witness),
    knownBits: known,
    constraint: `x & ${known.toString(16)} = ${wrapU32(bits.value).toString(16)}`,
  };
}

/** Flags that only system code changes: `cli`, `popf` and their like forget what they were. */
const SYSTEM_FLAGS = EFLAGS.IF | EFLAGS.IOPL | EFLAGS.NT | EFLAGS.AC | EFLAGS.ID;

/** EFLAGS counts as known when the arithmetic flags, DF and what system code changes are. */
export function knownFlags({ bits, witness, doubt }: Source): KnownValue {
  const open = bits.unknown & FLAG_BITS;
  if (open === 0 && (bits.unknown & SYSTEM_FLAGS) === 0)
    return knownValue({ bits: { unknown: 0, value: bits.value | 2 }, ...(doubt !== undefined && { doubt }) });
  const known = ~open & FLAG_BITS;
  if (open !== 0 && (witness === undefined || known === EFLAGS.DF)) return UNKNOWN;
  return {
    provenance: 'assumed',
    value: wrapU32((witness ?? bits.value) | 2),
    knownBits: wrapU32(~bits.unknown),
    ...(doubt !== undefined && { constraint: CONSTRAINTS[doubt], condition: doubt }),
  };
}

function countBits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}
