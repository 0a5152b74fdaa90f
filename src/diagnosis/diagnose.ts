// From a replayed report to what kind of bug it is: every rule is asked, and the most useful conclusion comes first.

import { type Blame, blameOf } from './blame.ts';
import { type CrashFacts, crashOf, isSupposed } from './crash.ts';
import type { Diagnosis, DiagnosisKind } from './diagnosis.ts';
import { type NextStep, nextStepsOf } from './next-steps.ts';
import { controlRule } from './rules/control.ts';
import { exceptionRule, stackRule } from './rules/exceptions.ts';
import { pageRule } from './rules/pages.ts';
import { pointerRule, type Rule } from './rules/pointers.ts';
import { userRule } from './rules/user.ts';
import { registerRule, victimRule } from './rules/victims.ts';
import { orderRule, wordRule } from './rules/words.ts';
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
  registerRule,
  orderRule,
];

/** Asks every rule. Costs a small part of what a replay costs. */
export function diagnose(facts: CrashFacts): DiagnosedCrash {
  const crash = crashOf(facts);
  const found = RULES.flatMap((rule) => rule(crash));
  const diagnoses = ordered(isSupposed(facts.replay) ? found.map(supposed) : found);
  const blame = blameOf(crash, diagnoses);
  return {
    diagnoses,
    ...(blame && { blame }),
    signature: signatureOf(crash, diagnoses, blame),
    next: nextStepsOf(crash, blame),
  };
}

/** What rests on a fault that the log does not name is at most suggested; the words of the kernel and the frame itself rest on the log. */
function supposed(diagnosis: Diagnosis): Diagnosis {
  const rests = diagnosis.strength === 'proves' && !BY_THE_LOG.has(diagnosis.kind);
  return rests ? { ...diagnosis, strength: 'suggests' } : diagnosis;
}

const BY_THE_LOG: ReadonlySet<DiagnosisKind> = new Set([
  'kernel-words',
  'secondary-report',
  'frame-impossible',
  'stack-overrun',
  'stack-pointer-wild',
]);

/** What is true beside the cause, and does not name it. */
const CIRCUMSTANCES: ReadonlySet<DiagnosisKind> = new Set([
  'walk-useless',
  'secondary-report',
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
