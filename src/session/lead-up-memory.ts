// Gives memory at every position of a timeline. The log shows it at the fault; loads and stores of the lead-up show what was where before,
// as long as nothing in between may have written there.

import type { SyntheticMemory } from '../emulator/synthetic-memory.ts';
import { hex32, type U32, wrapU32 } from '../machine/u32.ts';
import { certainValue, type LeadUpAccess, type LeadUpStep } from '../reconstruction/lead-up.ts';
import { byteOf, isMoreCertain, type KnownByte } from './known-value.ts';
import type { StepEffects, Touch } from './watch.ts';

export interface CodeRange {
  readonly start: U32;
  readonly size: number;
}

export class LeadUpMemory {
  readonly #steps: readonly LeadUpStep[];
  readonly #atFault: SyntheticMemory;
  readonly #code: CodeRange;
  /** Says for each step why memory after it may differ from memory before it in unknown places. */
  readonly #doubts: readonly (string | undefined)[];

  constructor(steps: readonly LeadUpStep[], atFault: SyntheticMemory, code: CodeRange) {
    this.#steps = steps;
    this.#atFault = atFault;
    this.#code = code;
    this.#doubts = steps.map((_, i) => doubtOf(steps, i));
  }

  /** Gives a byte before the step with index `position`; the number of steps stands for the crash site. */
  byte(position: number, address: U32): KnownByte | undefined {
    const observed = this.#observed(address);
    if (observed !== undefined && (position === this.#steps.length || this.#isCode(address))) return observed;
    const later = this.#later(position, address);
    if (later !== undefined && later.provenance !== 'assumed') return later;
    const earlier = this.#earlier(position, address);
    if (later === undefined || earlier === undefined) return later ?? earlier;
    return isMoreCertain(earlier.provenance, later.provenance) ? earlier : later;
  }

  /** Gives every address of which something is known at some position. */
  addresses(): ReadonlySet<U32> {
    const all = new Set<U32>();
    for (const page of this.#atFault.pages()) {
      for (let i = 0; i < 0x1000; i++) {
        const address = wrapU32(page + i);
        if (this.#atFault.knownLength(address, 1) === 1) all.add(address);
      }
    }
    for (const step of this.#steps) {
      for (const { address, size, value } of step.accesses) {
        const start = certainValue(address);
        if (start === undefined || value.value === undefined) continue;
        for (let i = 0; i < Math.min(size, 4); i++) all.add(wrapU32(start + i));
      }
    }
    return all;
  }

  /** Gives the first read after the position, if no store to it comes before. */
  #later(position: number, address: U32): KnownByte | undefined {
    let doubt: string | undefined;
    for (let i = position; i < this.#steps.length; i++) {
      const { accesses } = this.#steps[i] as LeadUpStep;
      const read = accesses.find((access) => access.access === 'read' && holds(access, address));
      if (read?.value.value !== undefined) return doubted(byteIn(read, address), doubt);
      if (accesses.some((access) => access.access === 'write' && covers(access, address))) return undefined;
      doubt ??= this.#doubts[i];
    }
    const observed = this.#observed(address);
    return observed && doubted({ ...observed, provenance: 'derived' }, doubt);
  }

  /** Gives the last store or read before the position. */
  #earlier(position: number, address: U32): KnownByte | undefined {
    let doubt: string | undefined;
    for (let i = position - 1; i >= 0; i--) {
      doubt ??= this.#doubts[i];
      const { accesses } = this.#steps[i] as LeadUpStep;
      const written = accesses.find((access) => access.access === 'write' && covers(access, address));
      if (written) return written.size <= 4 ? doubted(byteIn(written, address), doubt) : undefined;
      const read = accesses.find((access) => access.access === 'read' && holds(access, address));
      if (read?.value.value !== undefined) return doubted(byteIn(read, address), doubt);
    }
    return undefined;
  }

  #observed(address: U32): KnownByte | undefined {
    const byte = this.#atFault.read(address, 1)?.[0];
    return byte === undefined ? undefined : { value: byte, provenance: 'observed' };
  }

  /** Code that ran is taken not to change. */
  #isCode(address: U32): boolean {
    return wrapU32(address - this.#code.start) < this.#code.size;
  }
}

function covers({ address, size }: LeadUpAccess, at: U32): boolean {
  const start = certainValue(address);
  return start !== undefined && wrapU32(at - start) < size;
}

/** Values of more than four bytes are not kept. */
function holds(access: LeadUpAccess, at: U32): boolean {
  return access.size <= 4 && covers(access, at);
}

function byteIn({ address, value }: LeadUpAccess, at: U32): KnownByte | undefined {
  return byteOf(value, wrapU32(at - (address.value as U32)));
}

function doubted(byte: KnownByte | undefined, doubt: string | undefined): KnownByte | undefined {
  if (byte === undefined || doubt === undefined || byte.constraint !== undefined) return byte;
  return { ...byte, provenance: 'assumed', constraint: doubt };
}

function doubtOf(steps: readonly LeadUpStep[], index: number): string | undefined {
  const step = steps[index] as LeadUpStep;
  const at = hex32(step.address);
  const next = steps[index + 1];
  if (step.notes.includes('callee-not-shown')) return `if the code called at ${at} left it alone`;
  if (step.notes.includes('outcome-given') && step.instruction.memory.some(isWritten)) {
    return `if the instruction at ${at} left it alone`;
  }
  if ((next?.round?.skippedBefore ?? 0) > 0 && step.instruction.memory.some(isWritten)) {
    return `if the rounds at ${at} that are left out left it alone`;
  }
  const blind = step.accesses.some(
    (access) => access.access === 'write' && (certainValue(access.address) === undefined || isManyRounds(step)),
  );
  return blind ? `if the store at ${at} left it alone` : undefined;
}

function isWritten({ access }: { readonly access: string }): boolean {
  return access.includes('write');
}

/** A repeated string instruction that is one step: it stores to more places than its accesses say. */
function isManyRounds({ instruction, round }: LeadUpStep): boolean {
  return instruction.prefixes.rep !== 'none' && round === undefined;
}

/** Gives the effects of the step before position `index + 1`. */
export function effectsOfStep(steps: readonly LeadUpStep[], index: number): StepEffects {
  const step = steps[index] as LeadUpStep;
  const touches = step.accesses.map(({ access, address, size }): Touch => {
    const known = isManyRounds(step) && access === 'write' ? undefined : certainValue(address);
    return { access, size, ...(known !== undefined && { address: known }) };
  });
  const skipped = (steps[index + 1]?.round?.skippedBefore ?? 0) > 0 && step.instruction.memory.some(isWritten);
  return {
    instruction: step.instruction,
    touches,
    unseen: step.notes.includes('callee-not-shown') ? 'callee' : skipped ? 'rounds' : 'none',
  };
}
