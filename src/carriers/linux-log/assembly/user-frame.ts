// The registers of a program that a trace of the kernel shows as its last entry: nothing faulted there.

import type { Fact } from './fact.ts';
import type { ReportDraft } from './report-draft.ts';

/** Whatever of these a draft holds names an event of its own. */
const EVENTS: readonly Fact['kind'][] = [
  'headline',
  'die',
  'panic',
  'cut-here',
  'user-fault',
  'foreign',
  'foreign-user-fault',
];
const USER_PRIVILEGE = 3;

/**
 * True for a `dump_stack` (`BUG: sleeping function …`, `scheduling while atomic`, a lockdep splat) of a kernel from 4.10 on: after the trace
 * it prints the frame with which the program entered the kernel. In a report of a fault the registers come before the trace; the rare dumps
 * that print them after it and mean them are announced by a headline.
 */
export function isUserFrame({ kinds, failure }: ReportDraft): boolean {
  if (failure !== undefined || EVENTS.some((kind) => kinds.has(kind))) return false;
  const trace = kinds.get('trace')?.[0];
  const block = (kinds.get('register') ?? kinds.get('eip'))?.[0];
  if (trace === undefined || block === undefined || block.evidence.first <= trace.evidence.first) return false;
  return kinds.get('segment')?.some(({ fact }) => isUserStack(fact)) ?? false;
}

function isUserStack(fact: Fact): boolean {
  return fact.kind === 'segment' && fact.name === 'ss' && (fact.value & USER_PRIVILEGE) === USER_PRIVILEGE;
}
