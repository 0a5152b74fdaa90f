// Compares the lead-up with facts that must be known, and with a recording of the real CPU, which nothing certain may contradict.

import type { ExaminedReport } from '../../examination/examined-report.ts';
import { hex32, type U32, wrapU32 } from '../../machine/u32.ts';
import type { KnownValue, LeadUp, LeadUpStep } from '../../reconstruction/lead-up.ts';
import type { LeadUpExpectation, StepExpectation } from '../format/scenario-shape.ts';
import type { Place } from '../format/values.ts';
import { judgeAgainstRecording } from './judge-recording.ts';
import { type Comparison, contentBytes, hex, hexBytes, holds, same } from './mismatch.ts';
import type { RecordedStep } from './recorded-steps.ts';

const PATH = 'expect.leadUp';

export function judgeLeadUp(
  expected: LeadUpExpectation,
  { leadUp, replay: { instruction, machine } }: ExaminedReport,
  recorded: readonly RecordedStep[] | undefined,
  comparison: Comparison,
): void {
  if (leadUp === undefined) {
    holds(comparison, PATH, false, 'a lead-up', 'none: the report was not reproduced');
    return;
  }
  const { steps } = leadUp;
  same(comparison, `${PATH}.proved`, expected.proved, leadUp.proved);
  same(comparison, `${PATH}.reason`, expected.reason, leadUp.reason);
  const { start, minimumSteps: least, maximumSteps: most } = expected;
  if (start) {
    const first = steps[0];
    holds(comparison, `${PATH}.start`, first !== undefined && isAt(first, start), print(start), printStep(first));
  }
  if (least !== undefined) {
    holds(comparison, `${PATH}.minimumSteps`, steps.length >= least, `at least ${least}`, String(steps.length));
  }
  if (most !== undefined) {
    holds(comparison, `${PATH}.maximumSteps`, steps.length <= most, `at most ${most}`, String(steps.length));
  }
  expected.steps?.forEach((step, i) => {
    judgeStep(step, leadUp, `${PATH}.steps[${i}]`, comparison);
  });
  expected.uncertain?.forEach((place, i) => {
    const certain = steps.filter((step) => isAt(step, place) && step.path !== 'assumed');
    const actual = `${certain.length} steps there without a sign of another way in`;
    holds(comparison, `${PATH}.uncertain[${i}]`, certain.length === 0, 'none without such a sign', actual);
  });
  if (recorded) {
    const repeats = instruction !== undefined && machine !== undefined && instruction.prefixes.rep !== 'none';
    const faultOffset = repeats ? instruction.address - machine.codeStart : undefined;
    judgeAgainstRecording(leadUp, recorded, faultOffset, `${PATH}.recorded`, comparison);
  }
}

/** Checks that at least one step at the place fulfils everything. */
function judgeStep(expected: StepExpectation, leadUp: LeadUp, path: string, comparison: Comparison): void {
  const candidates = leadUp.steps.filter((step) => isAt(step, expected.at));
  const results = candidates.map((step) => {
    const own: Comparison = { mismatches: [], checks: 0 };
    compareStep(expected, step, path, own);
    return own;
  });
  const best = results.sort((a, b) => a.mismatches.length - b.mismatches.length)[0];
  if (best === undefined) {
    const shown = leadUp.steps.map((step) => `+${step.offset}`).join(' ') || 'no steps';
    holds(comparison, `${path}.at`, false, `a step at ${print(expected.at)}`, shown);
    return;
  }
  comparison.checks += best.checks + 1;
  comparison.mismatches.push(...best.mismatches);
}

function compareStep(expected: StepExpectation, step: LeadUpStep, path: string, comparison: Comparison): void {
  same(comparison, `${path}.path`, expected.path, step.path);
  if (expected.note) {
    const notes = step.notes.join(', ') || 'no note';
    holds(comparison, `${path}.note`, step.notes.includes(expected.note), expected.note, notes);
  }
  for (const [register, value] of expected.before ?? []) {
    const known = step.before[register === 'eip' ? 'eflags' : register];
    const actual = register === 'eip' ? hex(step.address) : printKnown(known);
    const isRight = register === 'eip' ? step.address === value : isKnownAs(known, value, expected.provenance);
    holds(comparison, `${path}.before.${register}`, isRight, hex(value), actual);
  }
  for (const access of ['read', 'write'] as const) {
    for (const [address, content] of expected[access === 'read' ? 'reads' : 'writes'] ?? []) {
      const bytes = contentBytes(content);
      const found = step.accesses.find((one) => one.access === access && one.address.value === address);
      const isRight = found !== undefined && isKnownAs(found.value, wordOf(bytes), expected.provenance);
      const actual = found ? printKnown(found.value) : `no such ${access}`;
      holds(comparison, `${path}.${access}s.${hex(address)}`, isRight, hexBytes(bytes), actual);
    }
  }
}

function isKnownAs(known: KnownValue, value: U32, provenance: string | undefined): boolean {
  if (known.provenance === 'unknown' || known.value !== value) return false;
  return provenance === undefined || known.provenance === provenance || known.provenance === 'observed';
}

/** Reads a little-endian number. */
function wordOf(bytes: Uint8Array): U32 {
  return wrapU32(bytes.reduceRight((sum, byte) => (sum << 8) | byte, 0));
}

function isAt(step: LeadUpStep, place: Place): boolean {
  return 'offset' in place ? step.offset === place.offset : step.address === place.address;
}

function print(place: Place): string {
  return 'offset' in place ? `+${place.offset}` : hex(place.address);
}

function printStep(step: LeadUpStep | undefined): string {
  return step === undefined ? 'no steps' : `+${step.offset} (${hex(step.address)})`;
}

function printKnown({ provenance, value }: KnownValue): string {
  return value === undefined ? provenance : `${hex32(value)} (${provenance})`;
}
