// Sentences for codes, which are not a scenario's to choose: a front end gives them, and expectations name parts of them.

import type { VerdictReason } from '../replay/verdict-reason.ts';
import type { StopReason } from '../session/stop-reason.ts';

export interface ScenarioWords {
  verdictReason(reason: VerdictReason): string;
  /** Why the run of a variation ended, as a clause. */
  stop(reason: StopReason): string;
}
