// From a searched and proved path to the lead-up that others show: oldest step first, each value with its provenance.

import { GENERAL_REGISTERS, type GeneralRegister } from '../../machine/registers.ts';
import type { CrashSite } from '../crash-site.ts';
import type { Knowledge, StepKnowledge } from '../knowledge.ts';
import type { KnownValue, LeadUp, LeadUpStep, MemoryWord, PathGrade, Proof, StartReason } from '../lead-up.ts';
import { liveFlags, meaningfulRegisters } from '../liveness.ts';
import { traceOrigins } from '../origin/trace.ts';
import type { ChosenStep, FoundPath } from '../paths/search.ts';
import type { WindowCode } from '../paths/window-code.ts';
import type { ProofOutcome } from '../proof.ts';
import { leftKey, registerKey } from '../self-check.ts';
import { constraintOf } from './constraints.ts';
import { describeStep } from './describe-step.ts';
import { knownValue } from './known-values.ts';
import { expandRounds } from './rounds.ts';

export interface Reconstructed {
  readonly site: CrashSite;
  readonly code: WindowCode;
  readonly found: FoundPath;
  readonly knowledge: Knowledge;
  readonly outcome: ProofOutcome;
  readonly shortened: boolean;
  readonly rounds: 'each' | 'whole';
  readonly moved: ReadonlySet<string>;
}

export function emptyLeadUp(reason: StartReason): LeadUp {
  const proof: Proof = { proved: false, reason: { code: 'no-step' }, given: [] };
  return { proved: false, proof, reason, steps: [], memory: [], notExecuted: [], origin: [], atFault: {} };
}

export function describeLeadUp(parts: Reconstructed): LeadUp {
  const { knowledge, outcome, found, shortened } = parts;
  const proved = outcome.kind === 'proved';
  const steps = describeSteps(parts);
  return {
    proved,
    proof: proved ? { proved, given: outcome.given } : { proved, reason: outcome.reason, given: [] },
    ...(steps[0] && { start: steps[0].address }),
    reason: shortened ? 'not-provable' : found.end,
    steps,
    memory: memoryWords(steps),
    notExecuted: notExecuted(parts, knowledge),
    origin: traceOrigins(parts.site, steps),
    atFault: registersAtFault(parts),
    ...faultingRounds(parts),
    ...budgetOf(found, outcome),
  };
}

function describeSteps({ knowledge, outcome, code, rounds, moved }: Reconstructed): readonly LeadUpStep[] {
  const { path } = knowledge;
  const live = meaningfulRegisters(path.steps);
  const flags = liveFlags(path.steps);
  const given = new Set(outcome.kind === 'proved' ? outcome.given : []);
  let grade: PathGrade = 'only';
  const latestFirst = knowledge.steps.map((step, i) => {
    grade = worse(grade, gradeOf(step.chosen));
    const described = describeStep(step, {
      path,
      code,
      hasWitness: outcome.kind === 'proved',
      live: { registers: live[i] ?? [], flags: flags[i] ?? false },
      grade,
      wasGiven: given.has(i),
      constraint: () => constraintOf(knowledge.steps, i),
      moved: (register) => moved.has(registerKey(i, register)),
      isLiveAfter: (register) => live[i - 1]?.[register] ?? true,
      movedAfter: (register) => moved.has(leftKey(i, register)),
    });
    // Rounds that cannot be counted cannot be shown one by one: how the steps before them join on is open.
    if (rounds === 'each' && isUnfinished(step) && described.rounds === undefined && !knowledge.areRoundsCounted)
      grade = 'assumed';
    return described;
  });
  return latestFirst.reverse().flatMap((step, i) => {
    const unfinished = isUnfinished(knowledge.steps[knowledge.steps.length - 1 - i]);
    if (unfinished && (rounds === 'whole' || step.rounds === undefined || step.rounds === 0)) return [];
    return rounds === 'each' ? expandRounds(step, unfinished) : [step];
  });
}

function gradeOf({ doubt, isClosed }: ChosenStep): PathGrade {
  if (doubt !== undefined) return 'assumed';
  return isClosed ? 'only' : 'likely';
}

const GRADES: readonly PathGrade[] = ['only', 'likely', 'assumed'];

function worse(a: PathGrade, b: PathGrade): PathGrade {
  return GRADES.indexOf(a) > GRADES.indexOf(b) ? a : b;
}

function isUnfinished(knowledge: StepKnowledge | undefined): boolean {
  return knowledge?.step.execution.rounds === 'unfinished';
}

/** Rounds of the faulting instruction before the one that faulted. */
function faultingRounds({ knowledge }: Reconstructed): Pick<LeadUp, 'faultingRounds'> {
  const [latest] = knowledge.steps;
  const count = isUnfinished(latest) ? latest?.accesses.find((access) => access.count !== undefined)?.count : undefined;
  return count === undefined ? {} : { faultingRounds: knownValue({ bits: count }) };
}

/** Registers that the log does not print and the faulting address gives away. */
function registersAtFault({ site, knowledge }: Reconstructed): LeadUp['atFault'] {
  const told: Partial<Record<GeneralRegister, KnownValue>> = {};
  GENERAL_REGISTERS.forEach((name, i) => {
    const bits = knowledge.atFault[i];
    if (site.registers[name] === undefined && bits?.unknown === 0) told[name] = knownValue({ bits });
  });
  return told;
}

/** Words that were loaded before anything on the path stored to them. */
function memoryWords(steps: readonly LeadUpStep[]): readonly MemoryWord[] {
  const words: MemoryWord[] = [];
  const touched = new Set<string>();
  steps.forEach((step, index) => {
    for (const { access, address, size, value } of step.accesses) {
      const key = `${address.value}/${size}`;
      if (address.provenance === 'unknown' || touched.has(key)) continue;
      touched.add(key);
      if (access === 'read' && value.provenance !== 'unknown') words.push({ address, size, value, step: index });
    }
  });
  return words;
}

function notExecuted({ code, site }: Reconstructed, { path }: Knowledge): readonly number[] {
  const ran = new Set(path.steps.map((step) => step.offset));
  const end = site.code.faultOffset;
  const start = Math.min(end, ...ran);
  return [...code.instructions.keys()]
    .filter((offset) => offset > start && offset < end && !ran.has(offset))
    .sort((a, b) => a - b);
}

function budgetOf(found: FoundPath, outcome: ProofOutcome): Pick<LeadUp, 'budget'> {
  if (outcome.kind === 'failed' && outcome.reason.code === 'no-witness') return { budget: 'witness' };
  if (found.end === 'search-budget') return { budget: 'trials' };
  return found.end === 'step-limit' || found.end === 'doubtful-limit' ? { budget: 'steps' } : {};
}
