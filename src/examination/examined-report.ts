// Everything that is worked out about one crash report.

import type { DiagnosedCrash } from '../diagnosis/diagnose.ts';
import type { Explanation } from '../explanation/explain.ts';
import type { LeadUp } from '../reconstruction/lead-up.ts';
import type { Replay } from '../replay/replay-types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** One crash report with everything that was worked out about it. */
export interface ExaminedReport {
  /** What the log says. */
  readonly snapshot: Snapshot;
  /** The fault that the emulated CPU raised, its comparison with the log, the verdict. */
  readonly replay: Replay;
  /** The findings. */
  readonly explanation: Explanation;
  /** What kind of bug it is, and whose. */
  readonly diagnosis: DiagnosedCrash;
  /** The instructions before the fault. It is absent if it was not asked for, and if nothing was replayed. */
  readonly leadUp?: LeadUp;
}
