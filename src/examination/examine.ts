// The whole way of one crash report, from what it says to what follows from it. A newcomer starts here.

import { diagnose } from '../diagnosis/diagnose.ts';
import type { EarlierReports } from '../diagnosis/earlier-reports.ts';
import { explain } from '../explanation/explain.ts';
import { crashSiteOf } from '../reconstruction/crash-site-of.ts';
import { type ReconstructionOptions, reconstruct } from '../reconstruction/reconstruct.ts';
import { type ReplayParts, replaySnapshot } from '../replay/replay.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ExaminedReport } from './examined-report.ts';

/** How much of a report `examine` works out. */
export interface ExaminationOptions {
  /** `none` leaves out the instructions before the fault, which are most of the work. Default: `rebuild`. */
  readonly leadUp?: 'rebuild' | 'none';
  /** How the lead-up is rebuilt. */
  readonly reconstruction?: ReconstructionOptions;
  /** The reports of the same input before this one; this one is added. */
  readonly earlier?: EarlierReports;
}

/**
 * Replays the report, rebuilds its lead-up, explains both and says what kind of bug it is. A report that cannot be replayed is a result, whose `replay.reason` says why.
 *
 * @param snapshot One report of a log, from `readLog`.
 * @param parts Decoder and CPU, from `loadParts`. One examination at a time uses them; it leaves nothing behind.
 * @throws ReplayError `engine/call-failed` if the emulated CPU itself gives up.
 */
export function examine(snapshot: Snapshot, parts: ReplayParts, options: ExaminationOptions = {}): ExaminedReport {
  // It is remembered first: also a report that cannot be examined was there.
  const earlier = options.earlier?.take(snapshot);
  const replay = replaySnapshot(snapshot, parts);
  const site = options.leadUp === 'none' ? undefined : crashSiteOf(snapshot, replay);
  const leadUp = site && reconstruct(site, parts.cpu, options.reconstruction);
  const explanation = explain(snapshot, replay, leadUp);
  const { layout } = explanation;
  const facts = { snapshot, replay, layout, decoder: parts.decoder };
  const diagnosis = diagnose({ ...facts, ...(leadUp && { leadUp }), ...(earlier && { earlier }) });
  return { snapshot, replay, explanation, diagnosis, ...(leadUp && { leadUp }) };
}
