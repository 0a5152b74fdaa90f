// One report with everything that is worked out from it.

import { type Explanation, explain } from '../explanation/explain.ts';
import { crashSiteOf } from '../reconstruction/crash-site-of.ts';
import type { LeadUp } from '../reconstruction/lead-up.ts';
import { reconstruct } from '../reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../replay/replay.ts';
import type { Replay } from '../replay/replay-types.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface ReplayedReport {
  readonly snapshot: Snapshot;
  readonly replay: Replay;
  readonly explanation: Explanation;
  /** Absent where nothing was reproduced. */
  readonly leadUp?: LeadUp;
}

/** `leadUp: 'none'` where nobody asks for it: it is most of the work. */
export function replayReport(
  snapshot: Snapshot,
  parts: ReplayParts,
  { leadUp: wanted }: { readonly leadUp: 'rebuild' | 'none' } = { leadUp: 'rebuild' },
): ReplayedReport {
  const replay = replaySnapshot(snapshot, parts);
  const site = wanted === 'rebuild' ? crashSiteOf(snapshot, replay) : undefined;
  const leadUp = site && reconstruct(site, parts.cpu);
  return { snapshot, replay, explanation: explain(snapshot, replay, leadUp), ...(leadUp && { leadUp }) };
}
