// Everything that is worked out about one crash report.

import type { Explanation } from '../explanation/explain.ts';
import type { LeadUp } from '../reconstruction/lead-up.ts';
import type { Replay } from '../replay/replay-types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface ExaminedReport {
  readonly snapshot: Snapshot;
  readonly replay: Replay;
  readonly explanation: Explanation;
  /** Absent where it was not asked for, and where nothing was replayed. */
  readonly leadUp?: LeadUp;
}
