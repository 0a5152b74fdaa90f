// What one step of a timeline wrote, place by place: every chain back from a value is a walk over these.

import type { Instruction } from '../decoder/instruction.ts';
import { GENERAL_REGISTERS, type GeneralRegister, registerPart } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { KnownValue, LeadUpAccess } from '../reconstruction/lead-up.ts';
import { UNKNOWN } from './known-value.ts';
import type { Position, Timeline } from './timeline.ts';
import { type OriginStep, registerOrigin, storedRegister, type ValuePlace } from './value-origin.ts';
import { LOST_IN_CALLS, type StepEffects, type Touch } from './watch.ts';

export type WrittenPlace =
  | ValuePlace
  /** Somewhere in memory; without a size, any part of it. */
  | { readonly kind: 'memory'; readonly address?: U32; readonly size?: number };

export interface StepWrite extends Pick<OriginStep, 'kind' | 'from' | 'value' | 'certain'> {
  readonly place: WrittenPlace;
}

/** `index`: of a position before the crash site. */
export function stepWrites(timeline: Timeline, index: number): readonly StepWrite[] {
  const position = timeline.positions[index];
  const next = timeline.positions[index + 1];
  const effects = timeline.effects(index);
  if (position?.step === undefined || next === undefined || effects === undefined) return [];
  const { instruction, accesses } = position.step;
  const registers = GENERAL_REGISTERS.flatMap((name) => registerWrite(name, position, next, effects));
  const stores = accesses.flatMap((access, i) =>
    access.access === 'write' ? [store(access, effects.touches[i], instruction)] : [],
  );
  return [...registers, ...stores, ...unseenWrites(effects)];
}

function registerWrite(
  register: GeneralRegister,
  position: Position,
  next: Position,
  { instruction, unseen }: StepEffects,
): readonly StepWrite[] {
  const place: ValuePlace = { kind: 'register', register };
  const value = isChangedBetween(register, position, next) ? UNKNOWN : next.registers()[register];
  const uses = (instruction?.registers ?? []).filter(
    ({ name, access }) => access.includes('write') && registerPart(name)?.register === register,
  );
  if (unseen === 'callee' && LOST_IN_CALLS.includes(register))
    return [{ place, kind: 'callee', value, certain: false }];
  if (uses.length === 0) return [];
  const certain = uses.some(({ access }) => !access.includes('conditional-write'));
  return [{ place, ...registerOrigin(position, register), value, certain }];
}

/** Rounds of a repeated instruction that are no steps come after the step and before what the next position shows. */
function isChangedBetween(register: GeneralRegister, position: Position, next: Position): boolean {
  const { instruction } = next;
  const hidden =
    next.step === undefined
      ? instruction?.prefixes.rep !== 'none' && instruction?.address !== position.address
      : (next.step.round?.skippedBefore ?? 0) > 0;
  return (
    hidden &&
    (instruction?.registers ?? []).some(
      ({ name, access }) => access.includes('write') && registerPart(name)?.register === register,
    )
  );
}

function store({ size, value }: LeadUpAccess, touch: Touch | undefined, instruction: Instruction): StepWrite {
  if (touch?.address === undefined) return { place: { kind: 'memory', size }, kind: 'store', value, certain: false };
  const source = storedRegister(instruction);
  return {
    place: { kind: 'memory', address: touch.address, size },
    kind: 'store',
    ...(source && { from: { kind: 'register', register: source } }),
    value,
    certain: true,
  };
}

function unseenWrites({ unseen }: StepEffects): readonly StepWrite[] {
  if (unseen === 'none') return [];
  const value: KnownValue = UNKNOWN;
  return [{ place: { kind: 'memory' }, kind: unseen === 'callee' ? 'callee' : 'store', value, certain: false }];
}
