import type { LineEvidence } from '../../../snapshot/evidence.ts';
import { evidenceOf } from '../decorations/log-line.ts';

/** From the first line of both to the last. */
export function span(a: LineEvidence | undefined, b: LineEvidence): LineEvidence {
  return a ? evidenceOf({ first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) }) : b;
}
