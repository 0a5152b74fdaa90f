// Two lines of a report that give one thing different values.

import { hex32, wrapU32 } from '../../../machine/u32.ts';
import type { Diagnostic } from '../../../snapshot/diagnostic.ts';
import { firstLineOf } from '../../../snapshot/evidence.ts';
import type { Sourced } from '../../../snapshot/snapshot.ts';

/** `what` has another value at `other` than at `taken`, which is called the `first` or the `latter` of the two. */
export function conflict(
  what: string,
  other: Sourced<number>,
  taken: Sourced<number>,
  word: 'first' | 'latter',
): Diagnostic {
  const [here, there] = [hex32(wrapU32(other.value)), hex32(wrapU32(taken.value))];
  const message = `${what} is ${here} here and ${there} on line ${firstLineOf(taken.evidence)}: the ${word} is taken`;
  return { code: 'conflicting-values', evidence: other.evidence, message };
}
