// One comparison: registers, code and memory, run on the real CPU and in ours.

import type { Cpu, ProcessorModel } from '../../src/cpu/cpu.ts';
import { type PageState, SyntheticMemory } from '../../src/emulator/synthetic-memory.ts';
import type { AccessKind } from '../../src/machine/access.ts';
import { EFLAGS } from '../../src/machine/eflags.ts';
import type { SegmentFile } from '../../src/machine/segments.ts';
import { pageOf, type U32, wrapU32 } from '../../src/machine/u32.ts';
import { type NativeCase, POOL_REGIONS, poolByte } from './oracle.ts';

/** The segments of a 32-bit program on a 64-bit Linux. */
export const NATIVE_SEGMENTS: SegmentFile = {
  cs: { selector: 0x23, base: 0 as U32 },
  ss: { selector: 0x2b, base: 0 as U32 },
  ds: { selector: 0x2b, base: 0 as U32 },
  es: { selector: 0x2b, base: 0 as U32 },
  fs: { selector: 0 },
  gs: { selector: 0x63 },
};

const PRISTINE = pristinePool();

function pristinePool(): SyntheticMemory {
  const memory = new SyntheticMemory();
  for (const { start, size } of POOL_REGIONS) {
    memory.write(
      start as U32,
      Uint8Array.from({ length: size }, (_, i) => poolByte(start + i)),
    );
  }
  return memory;
}

const UNMAPPED: PageState = { kind: 'unmapped' };
const WRITE_ONLY_FORBIDDEN: readonly AccessKind[] = ['write'];

/** The pool, and nothing mapped outside of it. */
class NativeMemory extends SyntheticMemory {
  readonly #open = new Set<number>();
  readonly #base = PRISTINE;
  readonly #forgotten = new Set<number>();

  constructor() {
    super();
    for (const { start, size } of POOL_REGIONS)
      for (let page = start; page < start + size; page += 0x1000) this.#open.add(page);
  }

  override pageState(address: U32): PageState {
    return this.#open.has(pageOf(address)) ? super.pageState(address) : UNMAPPED;
  }

  override forget(address: U32, size: number): void {
    super.forget(address, size);
    for (let i = 0; i < size; i++) this.#forgotten.add(wrapU32(address + i));
  }

  override write(address: U32, bytes: Uint8Array): void {
    super.write(address, bytes);
    for (let i = 0; i < bytes.length && this.#forgotten.size > 0; i++) this.#forgotten.delete(wrapU32(address + i));
  }

  override read(address: U32, size: number): Uint8Array | undefined {
    const bytes = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      const at = wrapU32(address + i);
      const own = this.#forgotten.has(at) ? undefined : (super.read(at, 1) ?? this.#base.read(at, 1));
      if (own === undefined) return undefined;
      bytes[i] = own[0] as number;
    }
    return bytes;
  }

  override knownLength(address: U32, limit: number): number {
    let length = 0;
    const isKnown = (at: U32) => this.#open.has(pageOf(at)) && !this.#forgotten.has(at);
    while (length < limit && isKnown(wrapU32(address + length))) length++;
    return length;
  }
}

function pageState(protection: number): PageState | undefined {
  if (protection === 0) return UNMAPPED;
  const forbids: AccessKind[] = [];
  if ((protection & 2) === 0) forbids.push(...WRITE_ONLY_FORBIDDEN);
  if ((protection & 4) === 0) forbids.push('execute');
  return forbids.length === 0 ? undefined : { kind: 'protected', forbids };
}

/** Puts our CPU before the case's first instruction. */
export function loadCase(cpu: Cpu, native: NativeCase, processor: ProcessorModel): SyntheticMemory {
  const memory = new NativeMemory();
  for (const { address, bytes } of native.patches) memory.write(address as U32, bytes);
  for (const { address, protection } of native.pages) {
    const state = pageState(protection);
    if (state !== undefined) memory.setPage(address as U32, state);
  }
  cpu.load(
    // The CPU single-steps: pushf shows TF.
    {
      registers: { ...native.registers, eflags: wrapU32(native.registers.eflags | EFLAGS.TF) },
      segments: NATIVE_SEGMENTS,
      mode: 'user',
      processor,
    },
    memory,
    () => 'stop',
  );
  return memory;
}
