// Which way led to the fault: walks backward from it over every way in that the captured bytes show, and drops those that contradict the log.

import type { Doubt, StepDoubt } from './doubts.ts';
import type { Path, PathMark } from './path.ts';
import { SURE_BOUNDARY, type WayIn, type WindowCode } from './window-code.ts';

export interface ChosenStep {
  readonly way: WayIn;
  /** Ways into the same place that contradict nothing either, or nothing at once. */
  readonly others: readonly WayIn[];
  /** Every way into the place after this step lies within what is shown. */
  readonly isClosed: boolean;
  /** How likely a jump from code that is not shown leads to the place after this step: 0 to 1. */
  readonly hiddenJump: number;
  /** A block of code begins after this step. */
  readonly atLeader: boolean;
  /** Why the step is not certain, where it is not. */
  readonly doubt?: StepDoubt;
}

export interface FoundPath {
  /** Latest first. */
  readonly steps: readonly ChosenStep[];
  readonly end: PathEnd;
}

/** Why the path does not go further back. */
export type PathEnd =
  | 'window-start'
  /** The instruction before jumps away, and no visible branch comes here. */
  | 'entered-from-outside'
  /** Every visible way in contradicts the log. */
  | 'no-way-fits'
  /** So it does before the first step, a call, unless its callee gave the registers back changed that it had to save. */
  | 'callee-lost-registers'
  | 'step-limit'
  | 'doubtful-limit'
  | 'search-budget';

export interface SearchLimits {
  readonly steps: number;
  /** Steps after which a path that is not certain is not followed further. */
  readonly doubtfulSteps: number;
  /** Instructions put before a path, all alternatives counted. */
  readonly trials: number;
  /** How far an alternative way in is followed to see whether it contradicts the log. */
  readonly lookahead: number;
}

export const DEFAULT_LIMITS: SearchLimits = { steps: 32, doubtfulSteps: 20, trials: 600, lookahead: 12 };

/** A way in that contradicts the log only further back than this may have been taken by whoever came in between from outside. */
const NEAR = 2;

/** Likelihood of a hidden jump from which a rival that contradicts the log only further back may have been entered there. */
const RIVAL_ENTERED = 0.02;

class Budget {
  left: number;
  constructor(trials: number) {
    this.left = trials;
  }
}

/** Extends `path` as far as the limits allow. Padding that nothing leads into is no part of what ran. */
export function findPath(path: Path, code: WindowCode, faultOffset: number, limits: SearchLimits): FoundPath {
  const { steps, end } = search(path, code, faultOffset, limits);
  const isDead = ({ way }: ChosenStep) => code.isDeadPadding(way.instruction);
  const length = steps.findLastIndex((step) => !isDead(step)) + 1;
  return length === steps.length ? { steps, end } : { steps: steps.slice(0, length), end: 'entered-from-outside' };
}

function search(path: Path, code: WindowCode, faultOffset: number, limits: SearchLimits): FoundPath {
  const steps: ChosenStep[] = [];
  const budget = new Budget(limits.trials);
  /** Of the path before each step. */
  const marks: PathMark[] = [];
  let offset = faultOffset;
  let doubtful = false;
  const rounds = code.unfinishedRounds(faultOffset);
  if (rounds !== undefined && path.prepend(rounds.instruction, rounds.execution)) {
    steps.push({ way: rounds, others: [], isClosed: code.isClosed(faultOffset), hiddenJump: 0, atLeader: false });
  }
  const fits = (way: WayIn) =>
    follow(path, code, way, NEAR, budget) !== undefined ||
    follow(path, code, way, limits.lookahead, budget, 'hidden-jumps') !== undefined;
  for (;;) {
    if (steps.length >= limits.steps) return { steps, end: 'step-limit' };
    if (doubtful && steps.length >= limits.doubtfulSteps) return { steps, end: 'doubtful-limit' };
    const ways = code.waysInto(offset);
    const isOutside = code.previous(offset) !== undefined || code.isEntry(offset);
    if (ways.length === 0) return { steps, end: isOutside ? 'entered-from-outside' : 'window-start' };
    const depth = ways.length > 1 ? limits.lookahead : 1;
    const alive = mostConfirmed(ways.map((way) => ({ way, confirmed: follow(path, code, way, depth, budget) })));
    if (budget.left <= 0) return { steps, end: 'search-budget' };
    const [way, ...fitting] = alive;
    if (way === undefined && code.previous(offset) === undefined) return { steps, end: 'window-start' };
    if (way === undefined) {
      const lost = lostByCallee(path, steps, marks, ways);
      return lost ? { steps: lost, end: 'callee-lost-registers' } : { steps: doubtDeadEnd(steps), end: 'no-way-fits' };
    }
    // What speaks against these lies further back, and control may have come in between from outside what is shown.
    const possible = code.isClosed(offset) ? [] : ways.filter((rival) => !alive.includes(rival) && fits(rival));
    const others = [...fitting, ...possible];
    const doubt = doubtOf(code, offset, way, others);
    marks.push(path.mark());
    path.prepend(way.instruction, way.execution);
    steps.push({
      way,
      others,
      isClosed: code.isClosed(offset),
      hiddenJump: code.hiddenJump(offset),
      atLeader: code.isLeader(offset),
      ...(doubt && { doubt }),
    });
    // Such a rival is unlikely: it is told, and the path followed all the same.
    doubtful ||= doubt !== undefined && !isFaint(doubt) && (doubt !== 'other-way' || fitting.length > 0);
    offset = code.offsetOf(way.instruction);
  }
}

/**
 * Where nothing fits before a call, but would if its callee had lost the registers that it had to save: the steps up to that call,
 * before which nothing is known of them. Undefined where that is not so. The path is not left as it was.
 */
function lostByCallee(
  path: Path,
  steps: readonly ChosenStep[],
  marks: readonly PathMark[],
  ways: readonly WayIn[],
): readonly ChosenStep[] | undefined {
  const index = steps.findLastIndex(({ way }) => way.kind === 'call-returned');
  const call = steps[index];
  const mark = marks[marks.length - (steps.length - index)];
  if (call === undefined || mark === undefined) return undefined;
  const lost: WayIn = { ...call.way, execution: { ...call.way.execution, losesSaved: true } };
  path.undo(mark);
  const further = [lost, ...steps.slice(index + 1).map(({ way }) => way)];
  const holds = further.every(({ instruction, execution }) => path.prepend(instruction, execution));
  const fits = (way: WayIn) => {
    const before = path.mark();
    const fitting = path.prepend(way.instruction, way.execution);
    path.undo(before);
    return fitting;
  };
  return holds && ways.some(fits) ? [...steps.slice(0, index), { ...call, way: lost }] : undefined;
}

/**
 * Where nothing fits, control came from outside at some place nearer to the fault: on the last straight line, or where a block of code
 * begins. No step from there on is certain.
 */
function doubtDeadEnd(steps: readonly ChosenStep[]): readonly ChosenStep[] {
  let from = steps.length;
  while (from > 0 && steps[from - 1]?.way.kind === 'fall-through') from--;
  const leader = steps.findIndex((step) => step.atLeader);
  if (leader >= 0) from = Math.min(from, leader);
  return steps.map((step, i) => (i >= from && step.doubt === undefined ? { ...step, doubt: 'dead-end' } : step));
}

const FAINT: ReadonlySet<Doubt | StepDoubt> = new Set([
  'near-start',
  'after-copies',
  'joined-from-before',
  'joined-from-after',
]);

/** A sign that shortens no search: paths with it are right far more often than not. */
function isFaint(doubt: Doubt | StepDoubt): boolean {
  return FAINT.has(doubt);
}

function doubtOf(code: WindowCode, offset: number, way: WayIn, others: readonly WayIn[]): StepDoubt | undefined {
  if (others.length > 0) return 'other-way';
  if (code.isEntry(offset)) return 'entry';
  if (code.previous(offset) === undefined) return 'window-start';
  if (way.kind === 'call-returned') return 'call-returned';
  if (code.certainty(code.offsetOf(way.instruction)) < SURE_BOUNDARY) return 'boundary';
  const doubt = code.doubt(offset);
  if (doubt === 'unread-branch' || doubt === 'named-elsewhere') return doubt;
  if (doubt === 'entry' || doubt === 'after-jump' || doubt === 'none') return undefined;
  return way.kind === 'fall-through' ? doubt : undefined;
}

/** The ways that fit, the one with most in its favour first, else in their order. */
function mostConfirmed(
  tried: readonly { readonly way: WayIn; readonly confirmed: number | undefined }[],
): readonly WayIn[] {
  return tried
    .filter(({ confirmed }) => confirmed !== undefined)
    .sort((a, b) => (b.confirmed ?? 0) - (a.confirmed ?? 0))
    .map(({ way }) => way);
}

/** Where control may have come in from outside: at places with a plain sign of it, or wherever a hidden jump could well go. */
type Entries = 'signs' | 'hidden-jumps';

/**
 * Follows a way in back up to `depth` steps: how often it made exactly what was needed, undefined where it contradicts something. The path
 * is left as it was.
 */
function follow(
  path: Path,
  code: WindowCode,
  way: WayIn,
  depth: number,
  budget: Budget,
  entries: Entries = 'signs',
): number | undefined {
  if (budget.left-- <= 0) return undefined;
  const mark = path.mark();
  const confirmed = path.prepend(way.instruction, way.execution)
    ? followOn(path, code, way, depth - 1, budget, entries)
    : undefined;
  path.undo(mark);
  return confirmed;
}

function followOn(
  path: Path,
  code: WindowCode,
  way: WayIn,
  depth: number,
  budget: Budget,
  entries: Entries,
): number | undefined {
  if (depth <= 0) return path.confirmations;
  const offset = code.offsetOf(way.instruction);
  const ways = code.waysInto(offset);
  // Nothing visible leads there, or something from outside well may, or what the bytes before are is not certain.
  const isOpen =
    ways.length === 0 ||
    code.previous(offset) === undefined ||
    (code.doubt(offset) !== 'none' && !isFaint(code.doubt(offset))) ||
    (entries === 'hidden-jumps' && code.hiddenJump(offset) >= RIVAL_ENTERED) ||
    ways.some(({ instruction }) => code.certainty(code.offsetOf(instruction)) < SURE_BOUNDARY);
  if (isOpen) return path.confirmations;
  let best: number | undefined;
  for (const next of ways) {
    const confirmed = follow(path, code, next, depth - 1, budget, entries);
    if (confirmed !== undefined) best = Math.max(best ?? 0, confirmed);
    // One way that fits is enough where there is nothing to weigh.
    if (best !== undefined && ways.length > 1 && depth < 4) break;
  }
  return best;
}
