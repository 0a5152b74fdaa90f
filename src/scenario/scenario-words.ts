// Sentences for codes, which are not a scenario's to choose: a front end gives them, and expectations name parts of them.

import type { CannotRun } from '../cpu/cannot-run.ts';
import type { VerdictReason } from '../replay/verdict-reason.ts';

export interface ScenarioWords {
  verdictReason(reason: VerdictReason): string;
  cannotRun(reason: CannotRun): string;
}
