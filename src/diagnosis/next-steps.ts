// Commands that would tell more, with what they need filled in from the report.

import type { SymbolReference } from '../snapshot/snapshot.ts';
import type { Blame } from './blame.ts';
import type { Crash } from './crash.ts';

/** A command to run where the kernel, the module or the program lies with its debug information. */
export type NextStep =
  /** The source line of addresses in a kernel or module; `scripts/faddr2line` of the kernel's source. */
  | { readonly kind: 'source-of-symbols'; readonly object: string; readonly places: readonly string[] }
  /** The source line of an offset in a program or library. */
  | { readonly kind: 'source-of-offset'; readonly file: string; readonly offset: number; readonly counted: OffsetBase };

/**
 * What an offset in a program counts from. `address`: the program is loaded where it was linked to, and the offset is the address itself;
 * `file`: the start of the file; `mapping`: the start of what is mapped, which is the file's only where its code is not loaded apart.
 */
export type OffsetBase = 'address' | 'file' | 'mapping';

/** Names from a log reach a shell only if they hold nothing that a shell reads. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+@-]{0,200}$/;
/** Where the code of programs lies that are not position-independent; nothing else is loaded there. */
const FIXED_PROGRAMS = { from: 0x0804_8000, to: 0x0900_0000 } as const;

export function nextStepsOf({ snapshot }: Crash, blame: Blame | undefined): readonly NextStep[] {
  if (snapshot.kind === 'user-fault') return offsetStep(snapshot);
  const byObject = new Map<string, string[]>();
  const caller = blame?.role === 'caller' ? blame.symbol : undefined;
  for (const symbol of [snapshot.symbol?.value, caller && atCall(caller), caller ? undefined : blame?.symbol]) {
    const place = symbol && placeOf(symbol);
    if (symbol === undefined || place === undefined) continue;
    const object = symbol.module === undefined ? 'vmlinux' : `${symbol.module}.ko`;
    const places = byObject.get(object) ?? [];
    if (PLAIN_NAME.test(object) && !places.includes(place)) byObject.set(object, [...places, place]);
  }
  return [...byObject].map(([object, places]) => ({ kind: 'source-of-symbols', object, places }));
}

/** A return address is that of the next line: the call ends one byte before it. */
function atCall(symbol: SymbolReference): SymbolReference {
  const { offset } = symbol;
  return offset === undefined || offset === 0 ? symbol : { ...symbol, offset: offset - 1 };
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
}: Crash['snapshot']): { readonly file: string; readonly offset: number; readonly counted: OffsetBase } | undefined {
  const eip = registers.eip?.value;
  if (mapping === undefined || eip === undefined) return undefined;
  const { file, start, size, fileOffset } = mapping.value;
  // Some kernels name the next mapping above ip, which does not hold it.
  if (eip < start || eip - start >= size) return undefined;
  const isFixed = start >= FIXED_PROGRAMS.from && start < FIXED_PROGRAMS.to;
  if (isFixed) return { file, offset: eip, counted: 'address' };
  return fileOffset === undefined
    ? { file, offset: eip - start, counted: 'mapping' }
    : { file, offset: fileOffset, counted: 'file' };
}
