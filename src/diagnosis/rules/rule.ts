// What a rule is: a function from one crash to what it concludes.

import type { Crash } from '../crash.ts';
import type { Diagnosis } from '../diagnosis.ts';

/** Gives an empty list where the rule has nothing to say. */
export type Rule = (crash: Crash) => readonly Diagnosis[];
