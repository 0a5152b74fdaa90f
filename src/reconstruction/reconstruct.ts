// Rebuilds what led to a fault and proves it: search a path, gather what it implies, choose witnesses, run it forward. What cannot be
// proved is shortened until it can.

import type { Cpu } from '../cpu/cpu.ts';
import type { CrashSite } from './crash-site.ts';
import { gatherKnowledge, type Knowledge } from './knowledge.ts';
import type { LeadUp } from './lead-up.ts';
import { Path } from './paths/path.ts';
import { type ChosenStep, DEFAULT_LIMITS, type FoundPath, findPath, type SearchLimits } from './paths/search.ts';
import { WindowCode } from './paths/window-code.ts';
import { type ProofOutcome, provePath } from './proof.ts';
import { describeLeadUp, emptyLeadUp } from './result/describe-lead-up.ts';
import { contradictedBy } from './self-check.ts';
import { chooseWitness } from './witness.ts';

/** How far the lead-up is followed, and how it is divided into steps. The defaults serve every log. */
export interface ReconstructionOptions {
  readonly limits?: Partial<SearchLimits>;
  /**
   * Whether the rounds of a repeated string instruction are steps of their own, or all of them one step. The rounds by default, but one
   * step where the log prints no EIP: steps are then told apart by their offset alone, and rounds share theirs.
   */
  readonly rounds?: 'each' | 'whole';
  /** Runs with other values for what is unknown, beyond the proof itself, against which every conclusion is checked. */
  readonly variations?: number;
}

/** Choices tried for one run, and for all runs together. */
const WITNESS_TRIES = 400;
const ALL_WITNESS_TRIES = 4000;
/** Instructions run in all, rounds counted. */
const RUN_STEPS = 1500;
/** Shares of the path that are tried when the whole of it cannot be proved. */
const SHORTENINGS = 8;

export function reconstruct(site: CrashSite, cpu: Cpu, options: ReconstructionOptions = {}): LeadUp {
  if (site.code.bytes.length === 0) return emptyLeadUp('no-code');
  const code = new WindowCode(site);
  const found = findPath(new Path(site), code, site.code.faultOffset, { ...DEFAULT_LIMITS, ...options.limits });
  const proved = prove(site, found, cpu, options.variations ?? 0);
  return describeLeadUp({
    site,
    code,
    found,
    ...proved,
    rounds: options.rounds ?? (site.code.base === 'printed' ? 'each' : 'whole'),
  });
}

export interface Proved {
  readonly knowledge: Knowledge;
  readonly outcome: ProofOutcome;
  readonly shortened: boolean;
  /** Conclusions that a run contradicted: see self-check. */
  readonly moved: ReadonlySet<string>;
}

function prove(site: CrashSite, found: FoundPath, cpu: Cpu, variations: number): Proved {
  let steps: readonly ChosenStep[] = found.steps;
  const budget: RunBudget = { tries: ALL_WITNESS_TRIES, steps: RUN_STEPS * (1 + variations) };
  for (let attempt = 0; ; attempt++) {
    const knowledge = gatherKnowledge(site, steps);
    const unchosen = knowledge.path.mark();
    const moved = variedRuns(site, knowledge, cpu, variations, budget);
    knowledge.path.undo(unchosen);
    const outcome = runOnce(site, knowledge, cpu, 0, budget);
    if (outcome.kind === 'proved') {
      const found = contradictedBy(outcome.run.before, knowledge);
      return { knowledge, outcome, shortened: attempt > 0, moved: new Set([...moved, ...found]) };
    }
    if (steps.length === 0) return { knowledge, outcome, shortened: attempt > 0, moved };
    const last = attempt === SHORTENINGS - 1 || budget.tries <= 0 || budget.steps <= 0;
    // Where no values were found, or only the end differs, the step is a guess.
    const guess = Math.floor((steps.length * 3) / 4);
    const fewer =
      outcome.reason.code === 'no-witness' || outcome.step === 0 ? Math.max(outcome.step, guess) : outcome.step;
    steps = steps.slice(0, last ? 0 : Math.min(fewer, steps.length - 1));
  }
}

function variedRuns(
  site: CrashSite,
  knowledge: Knowledge,
  cpu: Cpu,
  count: number,
  budget: RunBudget,
): ReadonlySet<string> {
  const moved = new Set<string>();
  const { path } = knowledge;
  for (let variant = 1; variant <= count; variant++) {
    const mark = path.mark();
    const outcome = runOnce(site, knowledge, cpu, variant, budget);
    if (outcome.kind === 'proved') for (const key of contradictedBy(outcome.run.before, knowledge)) moved.add(key);
    path.undo(mark);
  }
  return moved;
}

/** What is left for all runs of one report; the run without steps is always made. */
interface RunBudget {
  tries: number;
  steps: number;
}

function runOnce(site: CrashSite, { path }: Knowledge, cpu: Cpu, variant: number, budget: RunBudget): ProofOutcome {
  const isEmpty = path.steps.length === 0;
  const { stuck, tried } = chooseWitness(path, {
    variant,
    tries: isEmpty ? WITNESS_TRIES : Math.min(WITNESS_TRIES, budget.tries),
  });
  budget.tries -= tried;
  if (stuck !== undefined) return { kind: 'failed', step: stuck, reason: { code: 'no-witness' } };
  const { outcome, executed } = provePath(site, path, cpu, budget.steps);
  budget.steps -= executed;
  return outcome;
}
