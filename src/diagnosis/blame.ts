// Which function is to be looked at first, and how sure that is.

import { wrapU32 } from '../machine/u32.ts';
import type { SymbolReference, TraceEntry } from '../snapshot/snapshot.ts';
import { type Crash, certain, reachesEntry } from './crash.ts';
import type { Diagnosis, Ground } from './diagnosis.ts';
import { type HelperClass, helperClassOf, isEntryCode, isOopsPath } from './helpers.ts';

/** The function to look at, and why it is that one. */
export interface Blame {
  readonly symbol: SymbolReference;
  /**
   * `faulting`: it holds the faulting instruction. `caller`: the faulting function only did what it was told, or EIP was no function.
   * `said`: the kernel names it.
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
  const helper = own?.name === undefined ? undefined : helperClassOf(own.name);
  const isHanded = helper !== undefined && (helper !== 'allocator' || crash.base?.source?.kind === 'argument');
  const knownOwn = own?.name !== undefined && !isNoCode ? own : undefined;
  if (knownOwn !== undefined && !isHanded)
    return { symbol: knownOwn, role: 'faulting', certainty: 'proved', grounds: [] };
  const caller = callerOf(crash);
  if (caller === undefined) return knownOwn && { symbol: knownOwn, role: 'faulting', certainty: 'proved', grounds: [] };
  return { ...caller, role: 'caller', ...(helper && { helper }) };
}

/** EIP was in no function, so the caller made the jump. */
const NO_CODE: ReadonlySet<Diagnosis['kind']> = new Set([
  'null-call',
  'jump-to-user-half',
  'wild-jump',
  'jump-to-poison',
  'jump-to-text-bytes',
  'jump-to-data',
  'code-gone',
]);

type Caller = Pick<Blame, 'symbol' | 'certainty' | 'grounds'>;

/** The nearest caller that is no helper itself. */
function callerOf(crash: Crash): Caller | undefined {
  const { trace = [] } = crash.snapshot;
  const proved = provedReturn(crash);
  const from = proved === undefined ? 0 : proved.index;
  const isChained = trace.some(({ reliable }) => reliable);
  let climbs = false;
  for (let index = from; index < trace.length; index++) {
    const symbol = (trace[index] as TraceEntry).symbol;
    if (symbol === undefined || !canBeReturn(symbol) || isOopsPath(symbol.name ?? '')) continue;
    if (isEntryCode(symbol.name ?? '')) return undefined;
    // The unwinder skips the caller of a function that has no frame yet, and no other.
    if (climbs && isChained && !trace[index]?.reliable) continue;
    if (helperClassOf(symbol.name) !== undefined) {
      climbs = true;
      continue;
    }
    const isProved = proved !== undefined && index === proved.index;
    const grounds: Ground[] = [{ kind: 'trace-entry', index }];
    if (isProved) grounds.push({ kind: 'stack-word', index: proved.word });
    return { symbol, certainty: isProved ? 'proved' : 'likely', grounds };
  }
  return undefined;
}

/**
 * A return address is never the first byte of a function; and as kernels look one up by the byte before it, a pointer to the start of a
 * function is printed as `previous+size/size`.
 */
export function canBeReturn({ name, offset, size }: SymbolReference): boolean {
  return name !== undefined && offset !== 0 && (size === undefined || offset !== size);
}

/** Where the lead-up reaches the function's entry, the return address is the word that %esp pointed at there. */
function provedReturn({
  leadUp,
  snapshot,
  stack,
}: Crash): { readonly index: number; readonly word: number } | undefined {
  if (leadUp === undefined || stack?.start === undefined || !reachesEntry(leadUp, snapshot)) return undefined;
  if (leadUp.steps[0]?.path === 'assumed') return undefined;
  const esp = certain(leadUp.steps[0]?.before.esp);
  if (esp === undefined) return undefined;
  const word = wrapU32(esp - stack.start) / 4;
  const value = Number.isInteger(word) ? stack.words[word] : undefined;
  const index = (snapshot.trace ?? []).findIndex(({ address }) => address !== undefined && address === value);
  return index < 0 ? undefined : { index, word };
}
