// Traces where a value came from: back along the timeline from a register or a memory word to the instruction that made it; copies are
// followed.

import type { Instruction } from '../decoder/instruction.ts';
import { type GeneralRegister, registerPart } from '../machine/registers.ts';
import type { U32 } from '../machine/u32.ts';
import type { KnownValue, LeadUpAccess } from '../reconstruction/lead-up.ts';
import { readWord } from './machine-view.ts';
import type { Position, Timeline } from './timeline.ts';
import { type Watched, watchedChange } from './watch.ts';

export type ValuePlace =
  | { readonly kind: 'register'; readonly register: GeneralRegister }
  | { readonly kind: 'memory'; readonly address: U32; readonly size: number };

export interface OriginStep {
  /** The position whose instruction made or moved the value. */
  readonly position: number;
  readonly instruction: Instruction;
  readonly kind: 'copy' | 'load' | 'store' | 'constant' | 'computed' | 'callee';
  /** Where the instruction left the value. */
  readonly place: ValuePlace;
  readonly value: KnownValue;
  /** Where the value was before a copy, a load or a store; or the one register that it was computed from. */
  readonly from?: ValuePlace;
  /** False if the instruction may have made the value, but its address or the values are unknown. */
  readonly certain: boolean;
}

export interface ValueOrigin {
  readonly place: ValuePlace;
  /** The value at the position that was asked about. */
  readonly value: KnownValue;
  /** The steps in the order back in time. */
  readonly steps: readonly OriginStep[];
  /** Where the value was at the first position. It is absent if the last of `steps` made it. */
  readonly before?: ValuePlace;
}

const LONGEST_CHAIN = 64;

export function originOf(place: ValuePlace, timeline: Timeline, from: Position = timeline.current): ValueOrigin {
  const steps: OriginStep[] = [];
  const value = valueAt(place, from);
  let sought: ValuePlace | undefined = place;
  let before = from.index;
  while (sought !== undefined && steps.length < LONGEST_CHAIN) {
    const found = lastWriter(sought, timeline, before);
    if (found === undefined) return { place, value, steps, before: sought };
    steps.push(found);
    before = found.position;
    sought = found.certain ? found.from : undefined;
  }
  return { place, value, steps };
}

function valueAt(place: ValuePlace, position: Position): KnownValue {
  return place.kind === 'register'
    ? position.registers()[place.register]
    : readWord(position, place.address, Math.min(place.size, 4));
}

function lastWriter(place: ValuePlace, timeline: Timeline, before: number): OriginStep | undefined {
  const watched: Watched =
    place.kind === 'register' ? place : { kind: 'memory', address: place.address, size: place.size, access: 'write' };
  for (let index = before - 1; index >= 0; index--) {
    const position = timeline.positions[index] as Position;
    const after = timeline.positions[index + 1] as Position;
    const effects = timeline.effects(index);
    if (effects === undefined || position.instruction === undefined) continue;
    const rewritten = place.kind === 'register' && writesRegister(position.instruction, place.register);
    const change = watchedChange(watched, effects, position, after);
    if (change === undefined && !rewritten) continue;
    const made = { place, value: valueAt(place, after), position: index, instruction: position.instruction };
    if (effects.unseen === 'callee' && !rewritten) return { ...made, kind: 'callee', certain: false };
    if (place.kind === 'memory') {
      const source = change?.certain === true ? storedRegister(position.instruction) : undefined;
      return {
        ...made,
        kind: 'store',
        certain: change?.certain === true,
        ...(source && { from: { kind: 'register', register: source } }),
      };
    }
    return { ...made, ...registerOrigin(position, place.register), certain: true };
  }
  return undefined;
}

function writesRegister({ registers }: Instruction, register: GeneralRegister): boolean {
  return registers.some(({ name, access }) => access.includes('write') && registerPart(name)?.register === register);
}

const MOVES: ReadonlySet<string> = new Set(['mov', 'movzx', 'movsx', 'pop', 'lods']);

/** How the instruction of a position makes the value that it leaves in `register`. */
export function registerOrigin(position: Position, register: GeneralRegister): Pick<OriginStep, 'kind' | 'from'> {
  const instruction = position.instruction as Instruction;
  const { mnemonic, operands, registers } = instruction;
  const isAdjustment = register === 'esp' && instruction.stackDelta !== 0;
  const read = isAdjustment ? undefined : position.step?.accesses.find(({ access }) => access === 'read');
  if (MOVES.has(mnemonic) && read) return { kind: 'load', ...loadedFrom(read) };
  const [, source] = operands;
  if (mnemonic === 'mov' && source?.kind === 'register') {
    const part = registerPart(source.name);
    return part ? { kind: 'copy', from: { kind: 'register', register: part.register } } : { kind: 'computed' };
  }
  const inputs = new Set(
    registers.flatMap(({ name, access }) =>
      access.includes('read') || access.includes('conditional') ? (registerPart(name)?.register ?? []) : [],
    ),
  );
  if (inputs.size === 0 && read === undefined) return { kind: 'constant' };
  const [only] = inputs;
  return inputs.size === 1 && only !== undefined && read === undefined
    ? { kind: 'computed', from: { kind: 'register', register: only } }
    : { kind: 'computed' };
}

function loadedFrom({ address, size }: LeadUpAccess): { from?: ValuePlace } {
  const { value, provenance } = address;
  if (value === undefined || provenance === 'assumed') return {};
  return { from: { kind: 'memory', address: value, size: Math.min(size, 4) } };
}

/** The register whose value is stored; undefined where it is none or more than one. */
export function storedRegister({ mnemonic, operands }: Instruction): GeneralRegister | undefined {
  const [first, second] = operands;
  const source = mnemonic === 'push' ? first : mnemonic === 'mov' ? second : undefined;
  return source?.kind === 'register' ? registerPart(source.name)?.register : undefined;
}
