// Who handed over the argument that a conclusion is about.

import { callersOf } from './caller.ts';
import type { Crash } from './crash.ts';
import type { Diagnosis, Giver, Ground } from './diagnosis.ts';

/** Names the caller in every conclusion about an argument, with the entry of the trace as a ground. */
export function withGivers(found: readonly Diagnosis[], crash: Crash): readonly Diagnosis[] {
  if (!crash.isKernel || !found.some(isAboutArgument)) return found;
  const callers = callersOf(crash);
  const [direct] = callers;
  if (direct === undefined) return found;
  const last = callers.at(-1);
  const { symbol, certainty, grounds } = direct;
  const by: Giver = { symbol, certainty, ...(last !== undefined && last !== direct && { onBehalfOf: last.symbol }) };
  return found.map((one) => (isAboutArgument(one) ? given(one, by, grounds) : one));
}

function isAboutArgument(one: Diagnosis): boolean {
  return one.kind === 'null-struct-argument' || ('source' in one && one.source?.kind === 'argument');
}

function given(one: Diagnosis, by: Giver, callerGrounds: readonly Ground[]): Diagnosis {
  const grounds = [...one.grounds, ...callerGrounds];
  if (one.kind === 'null-struct-argument') return { ...one, by, grounds };
  if (!('source' in one) || one.source?.kind !== 'argument') return one;
  return { ...one, source: { ...one.source, by }, grounds };
}
