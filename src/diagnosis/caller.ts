// Which entry of the call trace called the function that faulted.

import { wrapU32 } from '../machine/u32.ts';
import { codeWindowOf } from '../snapshot/memory.ts';
import type { SymbolReference, TraceEntry } from '../snapshot/snapshot.ts';
import { type Crash, certain, reachesEntry } from './crash.ts';
import type { Ground } from './diagnosis.ts';
import { helperClassOf, isEntryCode, isOopsPath } from './helpers.ts';

/** A function of the call trace that called the faulting one, or called what called it. */
export interface Caller {
  readonly symbol: SymbolReference;
  /** `proved`: its return address was found where the function's entry shows the slot; `likely`: the first entry that can be it. */
  readonly certainty: 'proved' | 'likely';
  readonly grounds: readonly Ground[];
}

/** The nearest caller that is no helper itself. */
export function blamableCaller(crash: Crash): Caller | undefined {
  return callersOf(crash).find(({ symbol }) => helperClassOf(symbol.name) === undefined);
}

/** The entries that can be a caller, nearest first, up to the first that is no helper. */
export function callersOf(crash: Crash): readonly Caller[] {
  const { trace = [] } = crash.snapshot;
  const proved = provedReturn(crash);
  const isChained = trace.some(({ reliable }) => reliable);
  // The unwinder skips the caller of a function that has no frame yet, and no other.
  let skipsStale = isChained && proved === undefined && hasFrame(crash);
  const found: Caller[] = [];
  for (let index = proved?.index ?? 0; index < trace.length; index++) {
    const { symbol, reliable } = trace[index] as TraceEntry;
    if (symbol === undefined || !canBeReturn(symbol) || isOopsPath(symbol.name ?? '')) continue;
    if (isEntryCode(symbol.name ?? '')) break;
    if (skipsStale && !reliable) continue;
    const isProved = proved !== undefined && index === proved.index;
    const grounds: Ground[] = [{ kind: 'trace-entry', index }];
    if (isProved) grounds.push({ kind: 'stack-word', index: proved.word });
    found.push({ symbol, certainty: isProved ? 'proved' : 'likely', grounds });
    if (helperClassOf(symbol.name) === undefined) break;
    skipsStale = isChained;
  }
  return found;
}

/**
 * A return address is never the first byte of a function; and as kernels look one up by the byte before it, a pointer to the start of a
 * function is printed as `previous+size/size`.
 */
function canBeReturn({ name, offset, size }: SymbolReference): boolean {
  return name !== undefined && offset !== 0 && (size === undefined || offset !== size);
}

/** `push %ebp; mov %esp,%ebp` */
const SETS_FRAME = [0x55, 0x89, 0xe5];
/** Bytes that may lie before it: endbr32, the call of a tracer or the nop in its place. */
const MOST_BEFORE = 12;

/**
 * True where %ebp is the frame of the faulting function itself: its entry, if the code shows it, sets the frame before EIP; else an
 * instruction around EIP uses a local variable of it.
 */
function hasFrame({ snapshot, replay }: Crash): boolean {
  const offset = snapshot.symbol?.value.offset;
  const code = codeWindowOf(snapshot);
  if (offset === undefined || offset < 0 || code?.eipOffset === undefined) return false;
  const entry = code.eipOffset - offset;
  if (entry >= 0) {
    const until = Math.min(offset, MOST_BEFORE + SETS_FRAME.length);
    for (let at = entry; at + SETS_FRAME.length <= entry + until; at++)
      if (SETS_FRAME.every((byte, i) => code.bytes[at + i] === byte)) return true;
    return false;
  }
  const around = [...(replay.window?.before ?? []), ...(replay.window?.after ?? [])];
  return around.some(({ memory }) => memory.some(({ base, displacement }) => base === 'ebp' && (displacement | 0) < 0));
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
