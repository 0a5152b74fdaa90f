// The whole way of one crash report, from what it says to what follows from it. A newcomer starts here.

import { explain } from '../explanation/explain.ts';
import { crashSiteOf } from '../reconstruction/crash-site-of.ts';
import { type ReconstructionOptions, reconstruct } from '../reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../replay/replay.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ExaminedReport } from './examined-report.ts';

export interface ExaminationOptions {
  /** `none` leaves out the instructions before the fault, which are most of the work. Default: `rebuild`. */
  readonly leadUp?: 'rebuild' | 'none';
  readonly reconstruction?: ReconstructionOptions;
}

/**
 * Replays the report, rebuilds its lead-up and explains both.
 *
 * @param parts Engine and decoder, from `loadParts`; one examination at a time uses them.
 * @throws ReplayError 'engine/failed' where the engine gives up; a report that cannot be replayed is a result with a reason.
 */
export function examine(snapshot: Snapshot, parts: ReplayParts, options: ExaminationOptions = {}): ExaminedReport {
  const replay = replaySnapshot(snapshot, parts);
  const site = options.leadUp === 'none' ? undefined : crashSiteOf(snapshot, replay);
  const leadUp = site && reconstruct(site, parts.cpu, options.reconstruction);
  return { snapshot, replay, explanation: explain(snapshot, replay, leadUp), ...(leadUp && { leadUp }) };
}
