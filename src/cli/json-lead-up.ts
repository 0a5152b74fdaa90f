// The lead-up in JSON. Addresses of code are left out where the log prints no numeric EIP; offsets in the captured bytes always work.

import { bytesText } from '../machine/byte-text.ts';
import { hex32 } from '../machine/u32.ts';
import type { KnownValue, LeadUp, LeadUpAccess, LeadUpStep, MemoryWord } from '../reconstruction/lead-up.ts';
import { instructionText } from './format/place.ts';
import type { ReportView } from './format/report-view.ts';
import { type JsonStyle, present, word } from './json-values.ts';

export function leadUpToJson(leadUp: LeadUp, view: ReportView, style: JsonStyle): Record<string, unknown> {
  const synthetic = view.replay.codeBase === 'synthetic';
  return present({
    proved: leadUp.proved,
    unproved: leadUp.proof.reason,
    start: leadUp.start === undefined || synthetic ? undefined : word(leadUp.start),
    reason: leadUp.reason,
    budget: leadUp.budget,
    steps: leadUp.steps.map((step) => stepToJson(step, view, synthetic, style)),
    memory: leadUp.memory.map(memoryToJson),
    notExecuted: leadUp.notExecuted,
  });
}

function stepToJson(step: LeadUpStep, view: ReportView, synthetic: boolean, style: JsonStyle): Record<string, unknown> {
  const { instruction } = step;
  return present({
    address: synthetic ? undefined : word(step.address),
    offset: step.offset,
    bytes: bytesText(instruction.bytes),
    text: instructionText(instruction, view.snapshot, view.replay, style),
    path: step.path,
    doubt: step.doubt,
    otherWays:
      step.otherWays.length > 0 ? step.otherWays.map(({ kind, offset }) => present({ kind, offset })) : undefined,
    notes: step.notes.length > 0 ? step.notes : undefined,
    rounds: step.rounds,
    round: step.round,
    before: Object.fromEntries(Object.entries(step.before).map(([name, value]) => [name, valueToJson(value, 4)])),
    accesses: step.accesses.map(accessToJson),
  });
}

const CONDITION_WORDS: Readonly<Record<NonNullable<KnownValue['condition']>, string>> = {
  'callee-kept': 'if the callee kept it',
};

/** An address that is itself a witness makes the access an assumption. */
function accessToJson({ access, address, size, value }: LeadUpAccess): Record<string, unknown> {
  return present({ access, ...addressFields(address), size, ...valueToJson(value, size) });
}

function memoryToJson({ address, size, value, step }: MemoryWord): Record<string, unknown> {
  return present({ ...addressFields(address), size, ...valueToJson(value, size), step });
}

function addressFields(address: KnownValue): Record<string, unknown> {
  if (address.value === undefined || address.provenance === 'unknown') return {};
  return { address: word(address.value), ...(address.provenance === 'assumed' && { addressProvenance: 'assumed' }) };
}

function valueToJson(
  { value, provenance, knownBits, constraint, condition }: KnownValue,
  size: number,
): Record<string, unknown> {
  return present({
    value:
      value === undefined || provenance === 'unknown'
        ? undefined
        : `0x${hex32(value).slice(8 - 2 * Math.min(size, 4))}`,
    provenance,
    knownBits: knownBits === undefined ? undefined : word(knownBits),
    constraint,
    condition: condition === undefined ? undefined : CONDITION_WORDS[condition],
  });
}
