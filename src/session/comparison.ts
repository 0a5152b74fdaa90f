// Finds where a diversion first differs from the original path: by the instruction that runs, and by a value that an instruction left.

import { GENERAL_REGISTERS, type RegisterName } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { ExecutedStep } from './diversion.ts';
import { byteOf, differs, type KnownValue, wordOf } from './known-value.ts';
import type { Position } from './timeline.ts';
import { mayWrite, type StepEffects } from './watch.ts';

export interface Comparison {
  /** The number of instructions that were run on the same path. */
  readonly compared: number;
  readonly value?: ValueDifference;
  readonly path?: PathDifference;
}

export interface ValueDifference {
  /** The address of the instruction after which the difference shows. */
  readonly address: U32;
  readonly place:
    | { readonly kind: 'register'; readonly register: RegisterName }
    | { readonly kind: 'memory'; readonly address: U32; readonly size: number }
    /** The same instruction stored to another address. */
    | { readonly kind: 'store-address' };
  readonly original: KnownValue;
  readonly diversion: KnownValue;
}

export interface PathDifference {
  /** The number of instructions that the diversion had run before. */
  readonly after: number;
  /** Where the original went. It is absent if the original faulted. */
  readonly original?: U32;
  readonly diversion: U32;
}

/** Compares a diversion with the original; `here` is where it stands after `executed`. */
export function compareWithOriginal(
  positions: readonly Position[],
  origin: number,
  executed: readonly ExecutedStep[],
  here: U32,
): Comparison {
  let value: ValueDifference | undefined;
  let at = origin;
  for (let i = 0; i < executed.length; ) {
    const step = executed[i] as ExecutedStep;
    const original = positions[at] as Position;
    const { address } = step.instruction;
    const difference = { after: i, diversion: address };
    if (original.address !== address) {
      return { compared: i, ...(value && { value }), path: { ...difference, original: original.address } };
    }
    if (original.step === undefined) {
      const went = executed[i + 1]?.instruction.address ?? here;
      return { compared: i, ...(value && { value }), path: { after: i + 1, diversion: went } };
    }
    const rounds = step.instruction.prefixes.rep !== 'none';
    const next = rounds ? endOfRounds(executed, i) : i + 1;
    const nextAt = rounds ? endOfOriginalRounds(positions, at) : at + 1;
    if (next === executed.length && here === address && rounds) return { compared: i, ...(value && { value }) };
    value ??= differenceAfter(original, positions[nextAt] as Position, executed[next - 1] as ExecutedStep, !rounds);
    i = next;
    at = nextAt;
  }
  const expected = positions[at]?.address;
  const path = expected === undefined || expected === here ? undefined : { original: expected, diversion: here };
  return {
    compared: executed.length,
    ...(value && { value }),
    ...(path && { path: { ...path, after: executed.length } }),
  };
}

function endOfRounds(executed: readonly ExecutedStep[], from: number): number {
  const address = executed[from]?.instruction.address;
  let end = from;
  while (executed[end]?.instruction.address === address) end++;
  return end;
}

function endOfOriginalRounds(positions: readonly Position[], from: number): number {
  const address = positions[from]?.address;
  let end = from;
  while (positions[end]?.address === address && positions[end]?.step !== undefined) end++;
  return end;
}

function differenceAfter(
  before: Position,
  after: Position,
  step: ExecutedStep,
  comparesStores: boolean,
): ValueDifference | undefined {
  const { address } = step.instruction;
  const effects: StepEffects = { instruction: step.instruction, touches: [], unseen: 'none' };
  for (const register of GENERAL_REGISTERS) {
    if (!mayWrite(register, effects)) continue;
    const original = after.registers()[register];
    const diversion = step.after[register];
    if (differs(original, diversion) === true && isCertain(original)) {
      return { address, place: { kind: 'register', register }, original, diversion };
    }
  }
  return comparesStores ? storeDifference(before, step) : undefined;
}

function storeDifference({ step: original }: Position, step: ExecutedStep): ValueDifference | undefined {
  const { address } = step.instruction;
  const stores = original?.accesses.filter(({ access }) => access === 'write') ?? [];
  const written = step.accesses.filter(({ access }) => access === 'write');
  for (const [i, store] of stores.entries()) {
    const now = written[i];
    if (now === undefined || !isCertain(store.address)) continue;
    const nowAddress: KnownValue = { provenance: 'derived', value: now.linearAddress };
    if (differs(store.address, nowAddress) === true) {
      return { address, place: { kind: 'store-address' }, original: store.address, diversion: nowAddress };
    }
    const size = Math.min(store.size, 4);
    const provenance = step.stored;
    if (provenance === 'unknown' || !isCertain(store.value)) continue;
    const stored = wordOf(Array.from(now.bytes.subarray(0, size), (value) => ({ value, provenance })));
    const before = wordOf(Array.from({ length: size }, (_, byte) => byteOf(store.value, byte)));
    if (differs(before, stored) === true) {
      const place = { kind: 'memory' as const, address: now.linearAddress, size };
      return { address, place, original: before, diversion: stored };
    }
  }
  return undefined;
}

/** An assumed value that differs is no difference, since it is only a witness. */
function isCertain({ provenance }: KnownValue): boolean {
  return provenance === 'observed' || provenance === 'derived';
}
