// Everything that is shown of one report.

import type { Explanation } from '../../explanation/explain.ts';
import { visibleFacts, visibleText } from '../../machine/visible-text.ts';
import type { LeadUp } from '../../reconstruction/lead-up.ts';
import type { Replay } from '../../replay/replay-types.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

export interface ReportView {
  readonly file: string;
  readonly snapshot: Snapshot;
  readonly replay: Replay;
  readonly explanation: Explanation;
  /** Absent where it was not asked for or nothing was replayed. */
  readonly leadUp?: LeadUp;
}

/** The same with every text of the log visible: the layout measures what will be shown, and no field can end its line. */
export function visibleView({ file, snapshot, replay, explanation, ...rest }: ReportView): ReportView {
  return {
    ...rest,
    file: visibleText(file),
    snapshot: visibleFacts(snapshot),
    replay: visibleReplay(replay),
    explanation: visibleFacts(explanation),
  };
}

/** What was executed holds no text of the log. */
export function visibleReplay({ machine, window, instruction, ...said }: Replay): Replay {
  return {
    ...visibleFacts(said),
    ...(machine && { machine }),
    ...(window && { window }),
    ...(instruction && { instruction }),
  };
}
