// Commands that would tell more, with what they need filled in from the report.

import type { SymbolReference } from '../snapshot/snapshot.ts';
import type { Blame } from './blame.ts';
import type { Crash } from './crash.ts';

/** A command to run where the kernel, the module or the program lies with its debug information. */
export type NextStep =
  /** The source line of addresses in a kernel or module; `scripts/faddr2line` of the kernel's source. */
  | { readonly kind: 'source-of-symbols'; readonly object: string; readonly places: readonly string[] }
  /** The source line of an offset in a program or library. */
  | { readonly kind: 'source-of-offset'; readonly file: string; readonly offset: number };

/** Names from a log reach a shell only if they hold nothing that a shell reads. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,200}$/;
/** Where programs that are not position-independent are loaded: their addresses are those of the file. */
const FIXED_PROGRAM = 0x0804_8000;

export function nextStepsOf({ snapshot }: Crash, blame: Blame | undefined): readonly NextStep[] {
  if (snapshot.kind === 'user-fault') return offsetStep(snapshot);
  const byObject = new Map<string, string[]>();
  for (const symbol of [snapshot.symbol?.value, blame?.symbol]) {
    const place = symbol && placeOf(symbol);
    if (symbol === undefined || place === undefined) continue;
    const object = symbol.module === undefined ? 'vmlinux' : `${symbol.module}.ko`;
    const places = byObject.get(object) ?? [];
    if (PLAIN_NAME.test(object) && !places.includes(place)) byObject.set(object, [...places, place]);
  }
  return [...byObject].map(([object, places]) => ({ kind: 'source-of-symbols', object, places }));
}

/** `name+0x1f/0x90`, as `faddr2line` takes it. */
function placeOf({ name, offset, size }: SymbolReference): string | undefined {
  if (name === undefined || offset === undefined || offset < 0 || !PLAIN_NAME.test(name)) return undefined;
  // The wrong neighbour of a symbol has a size that is negative, or smaller than the offset.
  const isWithin = size === undefined || (size > 0 && offset <= size);
  return isWithin
    ? `${name}+0x${offset.toString(16)}${size === undefined ? '' : `/0x${size.toString(16)}`}`
    : undefined;
}

function offsetStep(snapshot: Crash['snapshot']): readonly NextStep[] {
  const at = sourceOffsetOf(snapshot);
  return at !== undefined && PLAIN_NAME.test(at.file) ? [{ kind: 'source-of-offset', ...at }] : [];
}

/** Where in its program or library an instruction lies: the offset that a reader of debug information takes. */
export function sourceOffsetOf({
  mapping,
  registers,
}: Crash['snapshot']): { readonly file: string; readonly offset: number } | undefined {
  const eip = registers.eip?.value;
  if (mapping === undefined || eip === undefined) return undefined;
  const { file, start, size, fileOffset } = mapping.value;
  // Some kernels name the next mapping above ip, which does not hold it.
  if (eip < start || eip - start >= size) return undefined;
  const isFixed = start <= FIXED_PROGRAM && FIXED_PROGRAM < start + size;
  return { file, offset: fileOffset ?? (isFixed ? eip : eip - start) };
}
