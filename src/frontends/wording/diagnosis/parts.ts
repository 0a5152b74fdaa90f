// What the sentences of a diagnosis are made of: of whom they speak, numbers, registers, where a value came from.

import type { Blame } from '../../../diagnosis/blame.ts';
import type { ConclusionOf, DiagnosisKind, Giver, Source } from '../../../diagnosis/diagnosis.ts';
import type { AccessKind } from '../../../machine/access.ts';
import { hex32, type U32 } from '../../../machine/u32.ts';
import type { Snapshot, SymbolReference } from '../../../snapshot/snapshot.ts';
import { unbroken } from '../unbroken.ts';

/** Whom the sentence is about. */
export interface DiagnosisView {
  readonly snapshot: Snapshot;
  readonly blame?: Blame;
}

/** The sentence of each of some kinds, without its full stop. */
export type Sentences<Kinds extends DiagnosisKind> = {
  readonly [Kind in Kinds]: (found: ConclusionOf<Kind>, view: DiagnosisView) => string;
};

export const NUMBERS = ['', 'first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

export const DOES: Readonly<Record<AccessKind, string>> = { read: 'reads', write: 'writes', execute: 'jumps' };

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The function without its offset, the program, or the place that has no name. */
export function subject({ snapshot }: DiagnosisView): string {
  const { symbol, task, kind, registers } = snapshot;
  if (kind === 'user-fault') return task.comm === undefined ? 'the program' : unbroken(task.comm.value);
  if (symbol?.value.name !== undefined) return unbroken(symbol.value.name);
  const eip = registers.eip?.value;
  return eip === undefined ? 'the code at EIP' : `the code at ${hex32(eip)}`;
}

/** Who runs at EIP, where no function does. */
export function runner({ snapshot }: DiagnosisView): string {
  const { kind, task } = snapshot;
  if (kind !== 'user-fault') return 'the kernel';
  return task.comm === undefined ? 'the program' : unbroken(task.comm.value);
}

/** ` by crypt_ctr [dm_crypt]`, where the caller is known well enough to be named. */
export function byGiver(giver: Giver | undefined): string {
  if (giver === undefined) return '';
  const { symbol, onBehalfOf } = giver;
  return ` by ${functionText(symbol)}${onBehalfOf === undefined ? '' : `, on behalf of ${functionText(onBehalfOf)}`}`;
}

export function functionText({ name, text, module }: SymbolReference): string {
  return `${unbroken(name ?? text)}${module === undefined ? '' : ` [${unbroken(module)}]`}`;
}

/** ` that it loaded from [c1202122]`. */
export function sourceText(source: Source | undefined): string {
  switch (source?.kind) {
    case 'argument':
      return ` that it was given as its ${NUMBERS[source.position]} argument${byGiver(source.by)}`;
    case 'load':
      return source.address === undefined
        ? ' that it loaded from memory'
        : ` that it loaded from [${hex32(source.address)}]`;
    case 'returned':
      return ' that a function before it returned';
    default:
      return '';
  }
}

/** `, loaded from [c1202122]`. */
export function loadedFrom(source: Source | undefined): string {
  return source?.kind === 'load' && source.address !== undefined ? `, loaded from [${hex32(source.address)}]` : '';
}

/** ` in %eax`. */
export function inRegister(name: string | undefined): string {
  return name === undefined ? '' : ` in %${name}`;
}

/** Numbers a little below 0 are shown as such. */
export function signedHex(value: U32): string {
  return value >= 0xffff_0000 ? `-${hex(0x1_0000_0000 - value)}` : hex(value);
}

/** A value as its four printable bytes lie in memory. */
export function letters(value: U32): string {
  return `"${String.fromCharCode(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24)}"`;
}
