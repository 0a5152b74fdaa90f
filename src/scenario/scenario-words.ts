// A front end gives the sentences for codes, and expectations name parts of them.

import type { VerdictReason } from '../replay/verdict-reason.ts';
import type { StopReason } from '../session/stop-reason.ts';

export interface ScenarioWords {
  verdictReason(reason: VerdictReason): string;
  /** Says why the run of a variation ended, as a clause. */
  stop(reason: StopReason): string;
}
