// The rounds of a repeated string instruction as steps of their own: the first two and the last four, as one reads them.

import { EFLAGS } from '../../machine/eflags.ts';
import { wrapU32 } from '../../machine/u32.ts';
import type { KnownValue, LeadUpStep } from '../lead-up.ts';
import { UNKNOWN } from './known-values.ts';

const FIRST_ROUNDS = 2;
const LAST_ROUNDS = 4;
/** Up to so many rounds all are shown. */
const ALL_ROUNDS = 8;

/** `unfinished`: the instruction faulted in the round after `step.rounds` others, which is not among the steps. */
export function expandRounds(step: LeadUpStep, unfinished: boolean): readonly LeadUpStep[] {
  const { rounds, ...whole } = step;
  if (rounds === undefined || rounds === 0) return [step];
  const total = unfinished ? rounds + 1 : rounds;
  const shown: number[] = [];
  for (let i = 0; i < total; i++) {
    if (total <= ALL_ROUNDS || i < FIRST_ROUNDS || i >= total - LAST_ROUNDS) shown.push(i);
    else i = Math.max(i, total - LAST_ROUNDS - 1);
  }
  return shown
    .filter((index) => index < rounds)
    .map((index, k) => ({
      ...roundOf(whole, index),
      left: index === rounds - 1 ? whole.left : {},
      round: { index, skippedBefore: index - (k === 0 ? 0 : (shown[k - 1] ?? -1) + 1) },
    }));
}

function roundOf(step: LeadUpStep, index: number): LeadUpStep {
  const { before, accesses, instruction } = step;
  const size = instruction.memory[0]?.size ?? 0;
  const down = ((before.eflags.value ?? 0) & EFLAGS.DF) !== 0;
  const moved = (value: KnownValue, by: number): KnownValue =>
    value.provenance === 'derived' && value.value !== undefined
      ? { ...value, value: wrapU32(value.value + by) }
      : index === 0
        ? value
        : UNKNOWN;
  const bytes = (down ? -size : size) * index;
  const writes = (name: string) =>
    instruction.registers.some((use) => use.name === name && use.access.includes('write'));
  const accumulatorChanges = instruction.mnemonic === 'lods' && index > 0;
  const flagsChange = (instruction.flags.written | instruction.flags.undefined) !== 0 && index > 0;
  return {
    ...step,
    before: {
      ...before,
      ecx: moved(before.ecx, -index),
      esi: writes('esi') ? moved(before.esi, bytes) : before.esi,
      edi: writes('edi') ? moved(before.edi, bytes) : before.edi,
      eax: accumulatorChanges ? UNKNOWN : before.eax,
      eflags: flagsChange ? UNKNOWN : before.eflags,
    },
    accesses: accesses.map((access) => ({ ...access, address: moved(access.address, bytes) })),
  };
}
