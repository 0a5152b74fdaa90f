// From a replayed report to what kind of bug it is: every rule is asked, and the most useful conclusion comes first.

import { type Blame, blameOf } from './blame.ts';
import { type Crash, type CrashFacts, crashOf } from './crash.ts';
import type { Diagnosis, DiagnosisKind } from './diagnosis.ts';
import { withGivers } from './givers.ts';
import { type NextStep, nextStepsOf } from './next-steps.ts';
import { controlRule } from './rules/control.ts';
import { exceptionRule, stackRule } from './rules/exceptions.ts';
import { lostMarkRule } from './rules/lost-mark.ts';
import { noCodeRule } from './rules/no-code.ts';
import { orderRule } from './rules/order.ts';
import { pageRule } from './rules/pages.ts';
import { pointerRule } from './rules/pointers.ts';
import type { Rule } from './rules/rule.ts';
import { userRule } from './rules/user.ts';
import { victimRule } from './rules/victims.ts';
import { wordRule } from './rules/words.ts';
import { type Signature, signatureOf } from './signature.ts';

/** What kind of bug a crash is, most useful first, and whose it is. */
export interface DiagnosedCrash {
  readonly diagnoses: readonly Diagnosis[];
  readonly blame?: Blame;
  readonly signature: Signature;
  readonly next: readonly NextStep[];
}

const RULES: readonly Rule[] = [
  wordRule,
  stackRule,
  exceptionRule,
  victimRule,
  controlRule,
  pageRule,
  pointerRule,
  userRule,
  lostMarkRule,
  noCodeRule,
  orderRule,
];

/** Asks every rule. Costs a small part of what a replay costs. */
export function diagnose(facts: CrashFacts): DiagnosedCrash {
  const crash = crashOf(facts);
  const diagnoses = ordered(conclusionsOf(crash));
  const blame = blameOf(crash, diagnoses);
  return {
    diagnoses,
    ...(blame && { blame }),
    signature: signatureOf(crash, diagnoses, blame),
    next: nextStepsOf(crash, blame),
  };
}

/** What the rules conclude, without what follows from reading data as code, and no stronger than the fault itself is known. */
function conclusionsOf(crash: Crash): readonly Diagnosis[] {
  const answers = RULES.map((rule) => ({ rule, concluded: rule(crash) }));
  const isNoCode = answers.some(({ concluded }) => concluded.some(({ kind }) => NO_CODE.has(kind)));
  const believed = isNoCode ? answers.filter(({ rule }) => !ABOUT_OPERAND.has(rule)) : answers;
  const found = withGivers(
    believed.flatMap(({ concluded }) => concluded),
    crash,
  );
  const isCertain = crash.fault?.inferred === undefined;
  const certain = found.map((one) =>
    isCertain || one.strength !== 'proves' || ABOUT_OTHERS.has(one.kind)
      ? one
      : { ...one, strength: 'suggests' as const },
  );
  const isAlone = certain.every(({ kind }) => kind === 'unmapped-address' || BESIDE_UNMAPPED.has(kind));
  return isAlone ? certain : certain.filter(({ kind }) => kind !== 'unmapped-address');
}

/** What does not rest on the fault of this report. */
const ABOUT_OTHERS: ReadonlySet<DiagnosisKind> = new Set(['secondary-report', 'same-crash-again']);

/** What says nothing of why an address of the kernel's half is not mapped. */
const BESIDE_UNMAPPED: ReadonlySet<DiagnosisKind> = new Set(['walk-useless', 'secondary-report', 'same-crash-again']);

/** EIP is at no instruction that was meant to run. */
const NO_CODE: ReadonlySet<DiagnosisKind> = new Set(['jump-to-data', 'jump-into-instruction']);

/** Rules that believe the instruction at EIP. */
const ABOUT_OPERAND: ReadonlySet<Rule> = new Set([victimRule, pageRule, pointerRule]);

/** What is true beside the cause, and does not name it. */
const CIRCUMSTANCES: ReadonlySet<DiagnosisKind> = new Set([
  'walk-useless',
  'secondary-report',
  'same-place-again',
  'same-crash-again',
  'called-from',
  'returned-to',
  'late-vmalloc-sync',
]);

/** Causes first, in the order of the rules; then what is true beside them; hints last. A stack that is only nearly full is no cause yet. */
function ordered(found: readonly Diagnosis[]): readonly Diagnosis[] {
  const isNearlyFull = ({ kind, strength }: Diagnosis) => kind === 'stack-overrun' && strength === 'suggests';
  const rank = (one: Diagnosis) =>
    one.strength === 'hint' ? 2 : CIRCUMSTANCES.has(one.kind) || isNearlyFull(one) ? 1 : 0;
  return found
    .map((diagnosis, i) => ({ diagnosis, i }))
    .sort((a, b) => rank(a.diagnosis) - rank(b.diagnosis) || a.i - b.i)
    .map(({ diagnosis }) => diagnosis);
}
