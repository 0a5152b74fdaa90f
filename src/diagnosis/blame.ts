// Which function is to be looked at first, and how sure that is.

import type { SymbolReference } from '../snapshot/snapshot.ts';
import { blamableCaller } from './caller.ts';
import type { Crash } from './crash.ts';
import type { Diagnosis, Ground } from './diagnosis.ts';
import { type HelperClass, helperClassOf } from './helpers.ts';

/** The function to look at, and why it is that one. */
export interface Blame {
  readonly symbol: SymbolReference;
  /**
   * `faulting`: it holds the faulting instruction. `caller`: the faulting function only did what it was told, or EIP was no function.
   */
  readonly role: 'faulting' | 'caller';
  /** For `caller`: the slot of the return address was found, or the entry is the first of the trace that can be one (90 % right). */
  readonly certainty: 'proved' | 'likely';
  /** For `caller`: what the faulting function is good for. */
  readonly helper?: HelperClass;
  readonly grounds: readonly Ground[];
}

/**
 * Where a crash is to be looked at. An allocator that finds its own lists damaged is a victim, and its caller even more so; undefined
 * where the log names no function.
 */
export function blameOf(crash: Crash, diagnoses: readonly Diagnosis[]): Blame | undefined {
  const { snapshot } = crash;
  const own = snapshot.symbol?.value;
  if (snapshot.kind === 'user-fault' || snapshot.kind === 'register-dump') return undefined;
  const isNoCode = diagnoses.some(({ kind }) => NO_CODE.has(kind));
  const helper = helperClassOf(own?.name);
  const knownOwn = own?.name !== undefined && !isNoCode ? own : undefined;
  const isStopped = diagnoses.some(({ kind }) => kind === 'assertion' || kind === 'warning');
  if (knownOwn !== undefined && !(helper !== undefined && isHanded(helper, isStopped, crash)))
    return { symbol: knownOwn, role: 'faulting', certainty: 'proved', grounds: [] };
  const caller = blamableCaller(crash);
  if (caller === undefined) return knownOwn && { symbol: knownOwn, role: 'faulting', certainty: 'proved', grounds: [] };
  const { symbol, certainty, grounds } = caller;
  return { symbol, certainty, grounds, role: 'caller', ...(helper && { helper }) };
}

/** Whether what a helper does is its caller's doing. The texts that are printed are seldom at fault for how they are printed. */
function isHanded(helper: HelperClass, isStopped: boolean, { base }: Crash): boolean {
  if (isStopped) return helper !== 'allocator' && helper !== 'print';
  return helper !== 'allocator' || base?.source?.kind === 'argument';
}

/** EIP was in no function, so the caller made the jump. */
const NO_CODE: ReadonlySet<Diagnosis['kind']> = new Set([
  'null-call',
  'jump-to-user-half',
  'wild-jump',
  'jump-to-poison',
  'jump-to-text-bytes',
  'jump-to-data',
  'jump-into-instruction',
  'code-gone',
]);
