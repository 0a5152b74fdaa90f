// Compares a lead-up with what the real CPU did. Only what is called certain can be wrong: steps that the bytes themselves show, and
// derived values up to the first sign of another way in.

import { bytesText } from '../../machine/byte-text.ts';
import { ARITHMETIC_FLAGS } from '../../machine/eflags.ts';
import { GENERAL_REGISTERS } from '../../machine/registers.ts';
import { hex32, type U32 } from '../../machine/u32.ts';
import {
  certainValue,
  type KnownValue,
  type LeadUp,
  type LeadUpAccess,
  type LeadUpStep,
} from '../../reconstruction/lead-up.ts';
import { type Comparison, holds } from './mismatch.ts';
import type { RecordedStep } from './recorded-steps.ts';

export function judgeAgainstRecording(
  leadUp: LeadUp,
  recorded: readonly RecordedStep[],
  /** The offset of the faulting instruction if it is one that repeats: its rounds have lines too. */
  faultingRepeated: number | undefined,
  path: string,
  comparison: Comparison,
): void {
  let next = recorded.length - 1;
  let repeated = faultingRepeated;
  for (let i = leadUp.steps.length - 1; i >= 0; i--) {
    const step = leadUp.steps[i] as LeadUpStep;
    // The rounds of a repeated instruction are shown in part and recorded in part.
    if (step.instruction.prefixes.rep !== 'none') {
      repeated = step.offset;
      continue;
    }
    while (repeated !== undefined && recorded[next]?.offset === repeated) next--;
    repeated = undefined;
    // What a callee did inside the window has lines of its own; the lead-up shows only the call.
    if (step.notes.includes('callee-not-shown')) {
      while (next >= 0 && recorded[next]?.offset !== step.offset) next--;
    }
    const real = recorded[next--];
    if (real === undefined) return;
    if (real.offset !== step.offset) {
      if (step.path !== 'only') return;
      holds(
        comparison,
        path,
        false,
        `+${real.offset} ran here, says the recording`,
        `+${step.offset} is called certain`,
      );
      return;
    }
    if (step.path !== 'assumed') compareStep(step, real, path, comparison);
  }
}

function compareStep(step: LeadUpStep, real: RecordedStep, path: string, comparison: Comparison): void {
  for (const name of [...GENERAL_REGISTERS, 'eflags'] as const) {
    const value = real.registers[name];
    if (value === undefined) continue;
    const mask = name === 'eflags' ? ARITHMETIC_FLAGS : 0xffff_ffff;
    compareValue(step.before[name], value, mask, `%${name} before +${step.offset}`, path, comparison);
  }
  for (const access of step.accesses) compareAccess(access, step, real, path, comparison);
}

function compareAccess(
  { access, address, size, value }: LeadUpAccess,
  step: LeadUpStep,
  real: RecordedStep,
  path: string,
  comparison: Comparison,
): void {
  const claimed = certainValue(address);
  if (claimed === undefined) return;
  const same = real.accesses.filter((one) => one.access === access);
  if (same.length === 0) return;
  const at = same.find((one) => one.address === claimed);
  const places = same.map((one) => hex32(one.address)).join(', ');
  const what = `+${step.offset} ${access}s at`;
  holds(comparison, path, at !== undefined, `${what} ${places}`, `${what} ${hex32(claimed)}`);
  const held = certainValue(value);
  if (at === undefined || held === undefined || size > 4) return;
  const bytes = Uint8Array.from({ length: size }, (_, i) => (held >>> (8 * i)) & 0xff);
  const shown = bytesText(bytes);
  if (at.bytes.length !== shown.length) return;
  holds(comparison, path, at.bytes === shown, `+${step.offset} ${access}s ${at.bytes}`, shown);
}

function compareValue(
  known: KnownValue,
  real: U32,
  mask: number,
  what: string,
  path: string,
  comparison: Comparison,
): void {
  const claimed = certainValue(known);
  if (claimed === undefined) return;
  const differs = ((claimed ^ real) & mask) !== 0;
  holds(comparison, path, !differs, `${what} was ${hex32(real)}`, `${hex32(claimed)} (${known.provenance})`);
}
