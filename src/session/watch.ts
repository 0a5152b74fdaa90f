// Says what a watchpoint looks at, and whether one executed instruction changed it.

import type { Instruction } from '../decoder/instruction.ts';
import { type RegisterName, registerPart } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { differs, type KnownValue } from './known-value.ts';
import { type MachineView, readWord } from './machine-view.ts';

export type Watched =
  | { readonly kind: 'register'; readonly register: RegisterName }
  | {
      readonly kind: 'memory';
      readonly address: U32;
      /** The size: 1, 2 or 4 bytes. */
      readonly size: number;
      readonly access: 'write' | 'read' | 'access';
    };

export interface WatchedChange {
  readonly watched: Watched;
  readonly before: KnownValue;
  readonly after: KnownValue;
  /** The instruction that made the change. */
  readonly by?: Instruction;
  /** False if the instruction may have changed it, but the address or one of the values is unknown. */
  readonly certain: boolean;
}

/** The effects of one instruction, as far as they are known. */
export interface StepEffects {
  readonly instruction?: Instruction;
  readonly touches: readonly Touch[];
  /** Whether code ran here that is not shown: a callee, or rounds that are left out. */
  readonly unseen: 'none' | 'callee' | 'rounds';
}

export interface Touch {
  readonly access: 'read' | 'write';
  /** It is absent if it is unknown. */
  readonly address?: U32;
  readonly size: number;
}

/** Gives the change, or undefined if `watched` was not touched or kept its value. */
export function watchedChange(
  watched: Watched,
  effects: StepEffects,
  from: MachineView,
  to: MachineView,
): WatchedChange | undefined {
  return watched.kind === 'register'
    ? registerChange(watched, effects, from, to)
    : memoryChange(watched, effects, from, to);
}

function registerChange(
  watched: Extract<Watched, { kind: 'register' }>,
  effects: StepEffects,
  from: MachineView,
  to: MachineView,
): WatchedChange | undefined {
  const before = from.registers()[watched.register];
  const after = to.registers()[watched.register];
  const changed = differs(before, after);
  if (changed === false) return undefined;
  if (changed === undefined && !mayWrite(watched.register, effects)) return undefined;
  return { watched, before, after, ...by(effects), certain: changed === true };
}

/** The calling convention lets a callee change these. */
export const LOST_IN_CALLS: readonly RegisterName[] = ['eax', 'ecx', 'edx', 'eflags'];

/** True if the instruction writes the register, or if code that is not shown may have written it. */
export function mayWrite(register: RegisterName, { instruction, unseen }: StepEffects): boolean {
  if (unseen === 'callee' && LOST_IN_CALLS.includes(register)) return true;
  if (instruction === undefined || register === 'eip') return true;
  if (register === 'eflags') return (instruction.flags.written | instruction.flags.undefined) !== 0;
  return instruction.registers.some(
    ({ name, access }) => access.includes('write') && registerPart(name)?.register === register,
  );
}

function memoryChange(
  watched: Extract<Watched, { kind: 'memory' }>,
  effects: StepEffects,
  from: MachineView,
  to: MachineView,
): WatchedChange | undefined {
  const before = readWord(from, watched.address, watched.size);
  const after = readWord(to, watched.address, watched.size);
  const relevant = effects.touches.filter(({ access }) => watched.access === 'access' || access === watched.access);
  const hit = relevant.find((touch) => overlaps(touch, watched));
  const change = { watched, before, after, ...by(effects) };
  const kept = watched.access === 'write' && differs(before, after) === false;
  if (hit) return kept ? undefined : { ...change, certain: true };
  const unseen = effects.unseen !== 'none' && watched.access !== 'read';
  const possible = unseen || relevant.some(({ address }) => address === undefined);
  return possible && !(kept && before.provenance !== 'assumed') ? { ...change, certain: false } : undefined;
}

function overlaps({ address, size }: Touch, watched: { readonly address: U32; readonly size: number }): boolean {
  if (address === undefined) return false;
  return wrapU32(watched.address - address) < size || wrapU32(address - watched.address) < watched.size;
}

function by({ instruction }: StepEffects): { by?: Instruction } {
  return instruction === undefined ? {} : { by: instruction };
}
