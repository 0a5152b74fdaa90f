// The lead-up in JSON. Addresses of code are left out where the log prints no numeric EIP; offsets in the captured bytes always work.

import type { ExaminedReport } from '../../examination/examined-report.ts';
import { bytesText } from '../../machine/byte-text.ts';
import type { KnownValue, LeadUp, LeadUpAccess, LeadUpStep, MemoryWord } from '../../reconstruction/lead-up.ts';
import { type StepWrite, stepWrites, type WrittenPlace } from '../../session/step-writes.ts';
import type { Timeline } from '../../session/timeline.ts';
import { leadUpLegend, leadUpText, stepTexts } from '../wording/lead-up.ts';
import { instructionText } from '../wording/place.ts';
import { proofFailureText } from '../wording/proof-failure.ts';
import { startText } from '../wording/start-reason.ts';
import type { ReportJson } from './contract/report.ts';
import { codePlace } from './json-code.ts';
import { type JsonStyle, present, valueToJson, word } from './json-values.ts';

type LeadUpJson = NonNullable<ReportJson['leadUp']>;
type AddressFields = Pick<StepJson['accesses'][number], 'address' | 'addressProvenance' | 'addressCondition'>;
type StepJson = LeadUpJson['steps'][number];

/** `timeline` is that of the report. */
export function leadUpToJson(
  leadUp: LeadUp,
  report: ExaminedReport,
  timeline: Timeline | undefined,
  style: JsonStyle,
): LeadUpJson {
  const synthetic = report.replay.codeBase === 'synthetic';
  const origins = new Set(leadUp.origin.flatMap(({ steps }) => steps));
  return present({
    proved: leadUp.proved,
    unproved: leadUp.proof.reason && proofFailureText(leadUp.proof.reason),
    unprovedCode: leadUp.proof.reason?.code,
    text: leadUpText(leadUp, report.replay),
    start: leadUp.start === undefined || synthetic ? undefined : word(leadUp.start),
    reason: leadUp.reason,
    reasonText: startText(leadUp.reason, 'there'),
    budget: leadUp.budget,
    steps: leadUp.steps.map((step, i) => {
      const effects = stepTexts(i, leadUp, report);
      return present({
        ...stepToJson(step, report, style),
        writes: timeline === undefined ? [] : stepWrites(timeline, i).map(writeToJson),
        effects: effects.length > 0 ? effects : undefined,
        origin: origins.has(i) ? (true as const) : undefined,
        fromFile: step.fromFile,
      });
    }),
    memory: leadUp.memory.map(memoryToJson),
    notExecuted: leadUp.notExecuted,
    legend: leadUpLegend(leadUp, report),
  });
}

function stepToJson(
  step: LeadUpStep,
  report: ExaminedReport,
  style: JsonStyle,
): Omit<StepJson, 'writes' | 'effects' | 'origin' | 'fromFile'> {
  const { instruction } = step;
  return present({
    ...codePlace(step.address, report.snapshot, report.replay),
    offset: step.offset,
    bytes: bytesText(instruction.bytes),
    text: instructionText(instruction, report.snapshot, report.replay, style),
    path: step.path,
    doubt: step.doubt,
    otherWays:
      step.otherWays.length > 0 ? step.otherWays.map(({ kind, offset }) => present({ kind, offset })) : undefined,
    notes: step.notes.length > 0 ? step.notes : undefined,
    rounds: step.rounds,
    round: step.round,
    before: Object.fromEntries(Object.entries(step.before).map(([name, value]) => [name, valueToJson(value, 4)])),
    left:
      Object.keys(step.left).length > 0
        ? Object.fromEntries(Object.entries(step.left).map(([name, value]) => [name, valueToJson(value, 4)]))
        : undefined,
    accesses: step.accesses.map(accessToJson),
  });
}

function writeToJson({ place, kind, from, value, certain }: StepWrite): StepJson['writes'][number] {
  const size = place.kind === 'memory' ? (place.size ?? 4) : 4;
  return present({
    place: placeToJson(place),
    kind,
    from: from && placeToJson(from),
    certain,
    ...valueToJson(value, size),
  });
}

function placeToJson(place: WrittenPlace): StepJson['writes'][number]['place'] {
  if (place.kind === 'register') return { register: place.register };
  return present({ address: place.address === undefined ? undefined : word(place.address), size: place.size });
}

/** An address that is itself a witness makes the access an assumption. */
function accessToJson({ access, address, size, value }: LeadUpAccess): StepJson['accesses'][number] {
  return present({ access, ...addressFields(address), size, ...valueToJson(value, size) });
}

function memoryToJson({ address, size, value, step }: MemoryWord): LeadUpJson['memory'][number] {
  return present({ ...addressFields(address), size, ...valueToJson(value, size), step });
}

function addressFields({ value, provenance, condition }: KnownValue): AddressFields {
  if (value === undefined || provenance === 'unknown') return {};
  return {
    address: word(value),
    ...(provenance === 'assumed' && { addressProvenance: 'assumed' }),
    ...(condition && { addressCondition: condition }),
  };
}
