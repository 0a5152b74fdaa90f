// Remarks on the words of the stack dump: return addresses, the chain of saved frame pointers, copies of registers.

import { GENERAL_REGISTERS, type GeneralRegister } from '../machine/registers.ts';
import { type U32, wrapU32 } from '../machine/u32.ts';
import { type StackWords, stackWordsOf } from '../snapshot/memory.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StackRemark, StackWord } from './finding.ts';

/** Below this, equality says nothing: small numbers are in registers by the dozen. */
const SMALLEST_TELLING_VALUE = 0x1000;
/** How far from a register a word may lie to count as a pointer to a member. */
const NEAR = 0x400;
/** The size and alignment of a kernel stack; with CONFIG_4KSTACKS it is half of it. Source: asm/page_32_types.h. */
const THREAD_SIZE = 0x2000;

export function annotateStack(snapshot: Snapshot): readonly StackWord[] {
  const stack = stackWordsOf(snapshot);
  if (stack === undefined) return [];
  const frames = frameChain(snapshot, stack);
  // Of several entries with the same address the first counts.
  const entries = new Map((snapshot.trace ?? []).map((entry) => [entry.address, entry] as const).reverse());
  const held = tellingRegisters(snapshot);
  return stack.words.map((value, i) => {
    const address = stack.start === undefined ? undefined : wrapU32(stack.start + 4 * i);
    let remarks: StackRemark[] = [];
    const frame = address === undefined ? undefined : frames.get(address);
    if (frame !== undefined) remarks.push({ kind: 'saved-frame-pointer', frame });
    const entry = entries.get(value);
    if (entry) {
      remarks.push({
        kind: 'return-address',
        ...(entry.symbol && { symbol: entry.symbol }),
        reliable: entry.reliable || (address !== undefined && frames.has(wrapU32(address - 4))),
      });
    }
    if (remarks.length === 0) remarks = registerRemark(value, held);
    return address === undefined ? { value, remarks } : { address, value, remarks };
  });
}

/** Addresses of saved frame pointers, numbered from the innermost: EBP points at the first, each points at the next, upwards. */
function frameChain(snapshot: Snapshot, stack: StackWords): ReadonlyMap<U32, number> {
  const ebp = snapshot.registers.ebp?.value;
  const frames = new Map<U32, number>();
  if (stack.start === undefined || ebp === undefined) return frames;
  const end = stackEnd(snapshot, stack.start, stack.words.length);
  let at = ebp;
  for (let frame = 1; frame <= stack.words.length; frame++) {
    const index = (at - stack.start) / 4;
    const next = Number.isInteger(index) ? stack.words[index] : undefined;
    if (index < 0 || next === undefined || next <= at || next >= end) break;
    frames.set(at, frame);
    at = next;
  }
  return frames;
}

/** The end of the kernel stack that the dump begins in; of a user stack nothing is known beyond the dump. */
function stackEnd({ mode, kind }: Snapshot, start: U32, words: number): number {
  if (mode?.value === 'user' || kind === 'user-fault') return start + 4 * words;
  return start - (start % THREAD_SIZE) + THREAD_SIZE;
}

interface HeldValue {
  readonly register: GeneralRegister;
  readonly value: U32;
}

function tellingRegisters({ registers }: Snapshot): readonly HeldValue[] {
  const held: HeldValue[] = [];
  for (const register of GENERAL_REGISTERS) {
    const value = registers[register]?.value;
    if (register !== 'esp' && value !== undefined && value >= SMALLEST_TELLING_VALUE) held.push({ register, value });
  }
  return held;
}

/** Equal to a register, or else the nearest one that it may be a member of; %ebp points into the stack, at no structure. */
function registerRemark(value: U32, held: readonly HeldValue[]): StackRemark[] {
  if (value < SMALLEST_TELLING_VALUE) return [];
  let near: { readonly register: GeneralRegister; readonly distance: number } | undefined;
  for (const { register, value: base } of held) {
    const distance = value - base;
    if (distance === 0) return [{ kind: 'equals-register', register }];
    if (register !== 'ebp' && distance > 0 && distance < (near?.distance ?? NEAR)) near = { register, distance };
  }
  return near ? [{ kind: 'near-register', ...near }] : [];
}
