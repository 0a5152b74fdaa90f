// Instructions of several stack accesses that leave the effect of those before the fault. The manual promises no more than that esp and
// eip are unchanged; this is what the AMD processor of the differential test does.

import { GENERAL_REGISTERS, type RegisterFile } from '../../machine/registers.ts';
import { enter } from './enter.ts';
import { type ExecutionContext, littleEndian, littleEndianBytes, type OpenAccess } from './rule.ts';

export interface PartialEffects {
  readonly registers: RegisterFile;
  readonly writes: ReadonlyMap<number, Uint8Array>;
}

const NONE: ReadonlyMap<number, Uint8Array> = new Map();

/** What is done when the access number `failing` faults; `accesses` has the bytes of those before it. */
export function partialEffects(context: ExecutionContext, failing: number): PartialEffects {
  const { instruction, state, accesses } = context;
  const { registers } = state;
  switch (instruction.mnemonic) {
    case 'pusha':
      return { registers, writes: pushed(registers, accesses.slice(0, failing)) };
    case 'popa':
      return { registers: popped(registers, accesses.slice(0, failing)), writes: NONE };
    case 'enter':
      return { registers, writes: before(enter(context)?.writes ?? NONE, failing) };
    default:
      return { registers, writes: NONE };
  }
}

/** eax first, at the highest address. */
function pushed(registers: RegisterFile, accesses: readonly OpenAccess[]): Map<number, Uint8Array> {
  return new Map(
    accesses.map((access, i) => [i, littleEndianBytes(registers[GENERAL_REGISTERS[i] ?? 'eax'], access.size)]),
  );
}

/** edi first; the word of esp is read and dropped. */
function popped(registers: RegisterFile, accesses: readonly OpenAccess[]): RegisterFile {
  const changed: Record<string, number> = {};
  accesses.forEach(({ bytes, size }, i) => {
    const name = GENERAL_REGISTERS[7 - i] ?? 'eax';
    if (name === 'esp') return;
    changed[name] = size === 2 ? (registers[name] & ~0xffff) | littleEndian(bytes) : littleEndian(bytes);
    changed[name] = (changed[name] as number) >>> 0;
  });
  return { ...registers, ...changed } as RegisterFile;
}

function before(writes: ReadonlyMap<number, Uint8Array>, failing: number): Map<number, Uint8Array> {
  return new Map([...writes].filter(([i]) => i < failing));
}
